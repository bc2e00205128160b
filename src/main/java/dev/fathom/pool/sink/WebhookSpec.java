package dev.fathom.pool.sink;

import dev.fathom.pool.definition.SinkSpec;
import dev.fathom.pool.definition.SpecErrors;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * POSTs each record.
 *
 * @param secretRef names a configured secret to sign with
 * @param headers added to every call
 * @param passHeaders which of the record's headers go along: names, or beginnings of names and {@code *}; null, as in
 *     definitions stored before the field existed, means none
 */
@RegisterForReflection
public record WebhookSpec(String url, Optional<String> secretRef, Map<String, String> headers, List<String> passHeaders)
        implements SinkSpec {

    private static final int MOST_HEADERS = 20;
    private static final int LONGEST_URL = 2048;
    private static final int LONGEST_HEADER = 1024;
    private static final Pattern NUMBERS = Pattern.compile("[0-9.]+|0[xX][0-9a-fA-F.xX]+");

    public WebhookSpec {
        headers = Map.copyOf(headers);
        passHeaders = passHeaders == null ? List.of() : List.copyOf(passHeaders);
    }

    @Override
    public void check(SpecErrors errors) {
        urlError().ifPresent(message -> errors.add("/sink/url", message));
        if (headers.size() > MOST_HEADERS) {
            errors.add("/sink/headers", "takes at most " + MOST_HEADERS + " headers.");
        }
        headers.forEach((name, value) -> {
            String pointer = "/sink/headers/" + name.replace("~", "~0").replace("/", "~1");
            if (!HeaderRules.isName(name) || !HeaderRules.isValue(value) || value.length() > LONGEST_HEADER) {
                errors.add(pointer, "is not a header of printable ASCII characters.");
            } else if (HeaderRules.isSecret(name)) {
                errors.add(
                        pointer,
                        "carries a secret, and a definition can be read; have calls signed with secretRef instead.");
            } else if (HeaderRules.isTaken(name)) {
                errors.add(pointer, "is set by the service itself.");
            }
        });
        if (passHeaders.size() > MOST_HEADERS) {
            errors.add("/sink/passHeaders", "takes at most " + MOST_HEADERS + " names.");
        }
        for (int i = 0; i < passHeaders.size(); i++) {
            String pointer = "/sink/passHeaders/" + i;
            if (!HeaderRules.isPattern(passHeaders.get(i))) {
                errors.add(pointer, "takes the name of a header, or the beginning of names and *.");
            } else if (HeaderRules.neverPasses(passHeaders.get(i))) {
                errors.add(
                        pointer,
                        "is never passed on: the service or the connection sets it, or it may carry credentials.");
            }
        }
    }

    private Optional<String> urlError() {
        URI parsed;
        try {
            parsed = new URI(url);
        } catch (URISyntaxException e) {
            return Optional.of("is not a URL.");
        }
        boolean http = "http".equalsIgnoreCase(parsed.getScheme()) || "https".equalsIgnoreCase(parsed.getScheme());
        if (url.length() > LONGEST_URL || !http || parsed.getHost() == null) {
            return Optional.of(
                    "takes an http or https URL with a host name, of at most " + LONGEST_URL + " characters.");
        }
        if (parsed.getRawUserInfo() != null || parsed.getRawFragment() != null) {
            return Optional.of("takes no user, password or fragment.");
        }
        if (parsed.getHost().startsWith("[")
                || NUMBERS.matcher(parsed.getHost()).matches()) {
            return Optional.of("takes a host name, not an address.");
        }
        if (parsed.getPort() == 0 || parsed.getPort() > 65_535) {
            return Optional.of("has no port " + parsed.getPort() + ".");
        }
        return Optional.empty();
    }

    static final class Kind extends SinkKind<WebhookSpec> {

        private static final SinkField<WebhookSpec, String> URL = new SinkField<>(
                "url", SinkField.Type.TEXT, true, "an http or https URL with a host name.", WebhookSpec::url);
        private static final SinkField<WebhookSpec, String> SECRET_REF = new SinkField<>(
                "secretRef",
                SinkField.Type.TEXT,
                false,
                "the configured secret to sign with; absent: unsigned.",
                spec -> spec.secretRef().orElse(null));
        private static final SinkField<WebhookSpec, Map<String, String>> HEADERS = new SinkField<>(
                "headers",
                SinkField.Type.TEXT_BY_NAME,
                false,
                "headers to send along; none that carry secrets.",
                spec -> spec.headers().isEmpty() ? null : new TreeMap<>(spec.headers()));
        private static final SinkField<WebhookSpec, List<String>> PASS_HEADERS = new SinkField<>(
                "passHeaders",
                SinkField.Type.TEXTS,
                false,
                "which of a record's own headers to send along, as they are: names, or beginnings of names and *, such as"
                        + " traceparent and ce_*. Without regard to case; of several with a name the last. Never: what the"
                        + " service sets (ce-*, webhook-*), what belongs to the connection, and where credentials stand."
                        + " What is no header of printable ASCII, or beyond 6 KiB in all, is left out and counted in"
                        + " ce-kafkaheadersleftout.",
                spec -> spec.passHeaders().isEmpty() ? null : spec.passHeaders());

        Kind() {
            super(
                    "webhook",
                    "a POST each, to a host named in fathom.pool.webhook.allowed-hosts",
                    WebhookSpec.class,
                    List.of(URL, SECRET_REF, HEADERS, PASS_HEADERS));
        }

        @Override
        WebhookSpec read(Map<String, Object> fields) {
            return new WebhookSpec(
                    URL.in(fields).orElseThrow(),
                    SECRET_REF.in(fields),
                    HEADERS.in(fields).orElse(Map.of()),
                    PASS_HEADERS.in(fields).orElse(List.of()));
        }

        @Override
        Optional<Map.Entry<String, String>> refusal(WebhookSpec spec, Sinks service) {
            return service.rules
                    .refusal(spec.url())
                    .map(why -> Map.entry("/sink/url", why))
                    .or(() -> spec.secretRef()
                            .filter(ref -> service.secret(ref).isEmpty())
                            .map(ref -> Map.entry(
                                    "/sink/secretRef",
                                    "No secret is configured under \"" + ref + "\" (fathom.pool.webhook.secrets." + ref
                                            + ").")));
        }

        @Override
        Sink open(WebhookSpec spec, Opening opening) {
            Sinks service = opening.service();
            return new WebhookSink(
                    spec,
                    opening.handlerTimeout(),
                    spec.secretRef().map(ref -> service.secret(ref)
                            .orElseThrow(() -> new IllegalStateException("no secret " + ref))),
                    new WebhookAddresses(spec.url(), service.rules, service.lookups),
                    WebhookClient.of(service.vertx, WebhookClient.options(opening.handlerTimeout())),
                    service.vertx,
                    service.clock);
        }
    }
}
