package dev.fathom.http.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class IdsTest {

    @Property
    void whatIsEncodedDecodesToTheSame(@ForAll String id) {
        // Surrogates without a partner are no text Kafka could carry.
        Assume.that(StandardCharsets.UTF_8.newEncoder().canEncode(id));

        String segment = Ids.encode(id);

        assertThat(segment).isNotEmpty().isNotEqualTo(".").isNotEqualTo("..").doesNotContain("/", ";", "?", "#");
        assertThat(Ids.decode("group", URLDecoder.decode(segment, StandardCharsets.UTF_8)))
                .isEqualTo(id);
    }
}
