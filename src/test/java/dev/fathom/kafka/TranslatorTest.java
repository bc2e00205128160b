package dev.fathom.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.ClusterException.Reason;
import dev.fathom.cluster.Reachability;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.CoordinatorLoadInProgressException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.apache.kafka.common.errors.UnknownServerException;
import org.apache.kafka.common.errors.UnsupportedForMessageFormatException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.protocol.types.SchemaException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TranslatorTest {

    private static final String NOBODY = "no broker answered";

    private static ClusterException translated(Throwable thrown) {
        return translated(thrown, new Reachability(Reachability.Status.UP, Instant.EPOCH, Optional.empty()));
    }

    private static ClusterException translated(Throwable thrown, Reachability reachability) {
        return new Translator("prod", () -> reachability).translate(new ExecutionException(thrown), "do this");
    }

    @Nested
    class WhatTheClientWraps {

        private static KafkaException wrapped(Throwable cause) {
            return new KafkaException("Encounter exception when trying to get members from group: g", cause);
        }

        @Test
        void isWhatIsInside() {
            assertThat(translated(wrapped(new TimeoutException("x"))).reason()).isEqualTo(Reason.TIMED_OUT);
            assertThat(translated(wrapped(new GroupAuthorizationException("g"))).reason())
                    .isEqualTo(Reason.NOT_AUTHORIZED);
            assertThat(translated(wrapped(new UnknownMemberIdException("x"))))
                    .hasCauseInstanceOf(UnknownMemberIdException.class);
        }

        @Test
        void isSaidInItsWordsWhereNobodyForesawIt() {
            ClusterException problem =
                    translated(wrapped(new IllegalArgumentException("GroupId g is not a consumer group (connect).")));

            assertThat(problem.reason()).isEqualTo(Reason.UNEXPECTED);
            assertThat(problem).hasMessageEndingWith("do this: GroupId g is not a consumer group (connect).");
        }
    }

    @Nested
    class WhatTheBrokersAnswered {

        @Test
        void isNotThatNobodyAnswered() {
            ClusterException unknown = translated(new UnknownServerException("It broke."));
            ClusterException undecodable = translated(new SchemaException("Buffer underflow"));

            assertThat(unknown.reason()).isEqualTo(Reason.UNEXPECTED);
            assertThat(unknown).hasMessageEndingWith(": It broke.").hasMessageNotContaining(NOBODY);
            assertThat(undecodable.reason()).isEqualTo(Reason.UNEXPECTED);
            assertThat(undecodable).hasMessageContaining("Buffer underflow");
        }

        @Test
        void mayBeThatTheyCannotNow() {
            ClusterException loading = translated(new CoordinatorLoadInProgressException("It is loading."));

            assertThat(loading.reason()).isEqualTo(Reason.UNAVAILABLE);
            assertThat(loading).hasMessage("Cluster \"prod\" could not be asked to do this now: It is loading.");
        }

        @Test
        void mayBeARuleOfTheirs() {
            ClusterException refused = translated(new PolicyViolationException("Topics are named after teams"));

            assertThat(refused.reason()).isEqualTo(Reason.INVALID);
            assertThat(refused).hasMessage("Cluster \"prod\" refused to do this: Topics are named after teams.");
        }

        @Test
        void mayBeThatTheyAreTooOldAndForWhat() {
            ClusterException old = translated(new UnsupportedVersionException("We need v5 or newer"));
            ClusterException format = translated(new UnsupportedForMessageFormatException("old"));

            assertThat(old.reason()).isEqualTo(Reason.UNSUPPORTED);
            assertThat(old).hasMessageContaining("too old to do this").hasMessageEndingWith(": We need v5 or newer.");
            assertThat(format.reason()).isEqualTo(Reason.UNSUPPORTED);
            assertThat(format).hasMessageContaining("format").hasMessageNotContaining("brokers");
        }
    }

    @Nested
    class WhereNobodyAnswered {

        private final Reachability down =
                new Reachability(Reachability.Status.DOWN, Instant.EPOCH, Optional.of("no broker has answered"));

        @Test
        void isUnavailable() {
            assertThat(translated(new TimeoutException("x"), down))
                    .hasMessageEndingWith(": no broker has answered.")
                    .extracting("reason")
                    .isEqualTo(Reason.UNAVAILABLE);
            assertThat(translated(new DisconnectException()))
                    .hasMessageEndingWith(NOBODY + ".")
                    .extracting("reason")
                    .isEqualTo(Reason.UNAVAILABLE);
            assertThat(translated(new KafkaException(
                                    "Failed to construct kafka consumer",
                                    new ConfigException("No resolvable bootstrap urls given in bootstrap.servers")))
                            .reason())
                    .isEqualTo(Reason.UNAVAILABLE);
        }

        @Test
        void saysSoOfARefusedLogin() {
            ClusterException refused = translated(new SaslAuthenticationException("no"));

            assertThat(refused.reason()).isEqualTo(Reason.UNAVAILABLE);
            assertThat(refused).hasMessageContaining("credentials");
        }
    }
}
