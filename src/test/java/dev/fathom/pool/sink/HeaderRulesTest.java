package dev.fathom.pool.sink;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderRulesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ce-id",
                "ce-*",
                "CE-*",
                "webhook-signature",
                "Webhook_Signature",
                "webhook-*",
                "host",
                "Connection",
                "Transfer_Encoding",
                "content-length",
                "keep-alive",
                "te",
                "proxy-connection",
                "X-Forwarded-For",
                "x_forwarded_*",
                "forwarded",
                "Authorization",
                "proxy_authorization",
                "cookie",
                "x-api-key"
            })
    void whatTheServiceTheConnectionOrCredentialsHaveIsNeverPassed(String pattern) {
        assertThat(HeaderRules.isPattern(pattern)).isTrue();
        assertThat(HeaderRules.neverPasses(pattern)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"traceparent", "tracestate", "baggage", "ce_*", "ce_id", "b3", "X-B3-*", "x-*", "*"})
    void whatRecordsSayOfThemselvesIs(String pattern) {
        assertThat(HeaderRules.isPattern(pattern)).isTrue();
        assertThat(HeaderRules.neverPasses(pattern)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a*b", "**", "a:", "a\r\nb", "ä", "(a)"})
    void otherThingsAreNoNames(String pattern) {
        assertThat(HeaderRules.isPattern(pattern)).isFalse();
    }
}
