package dev.fathom.http.request;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/**
 * Keeps callers from filling the metrics: a request that ended before it was matched is counted under one name, not under
 * the path it named.
 */
@Singleton
public class RequestMetrics {

    private static final String REQUESTS = "http.server.requests";
    private static final String URI = "uri";
    private static final Tag UNMATCHED = Tag.of(URI, "UNMATCHED");

    @Produces
    @Singleton
    MeterFilter unmatchedTogether() {
        return new MeterFilter() {
            @Override
            public Meter.Id map(Meter.Id id) {
                boolean named = REQUESTS.equals(id.getName())
                        && "CLIENT_ERROR".equals(id.getTag("outcome"))
                        && id.getTag(URI) != null
                        && id.getTag(URI).startsWith("/")
                        && id.getTag(URI).indexOf('{') < 0;
                return named ? id.replaceTags(Tags.of(id.getTags()).and(UNMATCHED)) : id;
            }
        };
    }
}
