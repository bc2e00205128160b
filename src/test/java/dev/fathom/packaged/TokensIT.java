package dev.fathom.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.testing.Api;
import dev.fathom.testing.Api.Answer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A packaged service in mode oidc, which checks tokens with a key it was given. */
class TokensIT {

    private static final String ISSUER = "https://issuer.example";
    private static final List<String> PATHS =
            List.of("/api/v1/me", "/api/v1/clusters", "/q/metrics", "/q/openapi", "/q/swagger-ui/");

    private static KeyPair keys;
    private static PackagedService service;

    @BeforeAll
    static void start() throws GeneralSecurityException {
        keys = pair();
        service = new PackagedService(
                        Map.of(),
                        "fathom.security.mode=oidc",
                        "quarkus.oidc.public-key="
                                + Base64.getEncoder()
                                        .encodeToString(keys.getPublic().getEncoded()),
                        "quarkus.oidc.token.issuer=" + ISSUER,
                        "quarkus.oidc.token.audience=fathom",
                        "fathom.clusters.local.bootstrap-servers=127.0.0.1:1")
                .awaitAlive();
    }

    @AfterAll
    static void end() {
        service.close();
    }

    private static KeyPair pair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return generator.generateKeyPair();
    }

    private static String part(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    private static String token(PrivateKey key, Map<String, String> changed) {
        Map<String, String> claims = new LinkedHashMap<>(Map.of(
                "iss", "\"" + ISSUER + "\"",
                "aud", "\"fathom\"",
                "sub", "\"vera\"",
                "upn", "\"vera\"",
                "groups", "[\"viewer\"]",
                "iat", Long.toString(Instant.now().getEpochSecond()),
                "exp", Long.toString(Instant.now().plusSeconds(300).getEpochSecond())));
        claims.putAll(changed);
        StringBuilder body = new StringBuilder();
        claims.forEach((name, value) -> body.append(body.isEmpty() ? "{" : ",")
                .append('"')
                .append(name)
                .append("\":")
                .append(value));
        String signed = part("{\"alg\":\"RS256\",\"typ\":\"JWT\"}") + "."
                + part(body.append('}').toString());
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(key);
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Api bearing(String token) {
        return service.api().authorized("Bearer " + token);
    }

    @Test
    void aGoodTokenIsWhoItSaysWithTheRolesInIt() {
        Answer me = bearing(token(keys.getPrivate(), Map.of())).get("/api/v1/me");

        assertThat(me.ok().get("name").asText()).isEqualTo("vera");
        assertThat(me.json().get("roles").get(0).asText()).isEqualTo("viewer");
        assertThat(me.json().at("/permissions/0/level").asText()).isEqualTo("viewer");
        assertThat(bearing(token(keys.getPrivate(), Map.of("groups", "[\"else\"]")))
                        .get("/api/v1/me")
                        .problem())
                .isEqualTo("forbidden");
    }

    @Test
    void anyOtherGetsInNowhere() throws GeneralSecurityException {
        String good = token(keys.getPrivate(), Map.of());
        String unsigned = part("{\"alg\":\"none\",\"typ\":\"JWT\"}")
                + good.substring(good.indexOf('.'), good.lastIndexOf('.') + 1);
        Map<String, String> bad = Map.of(
                "expired", token(keys.getPrivate(), Map.of("exp", "1000000000")),
                "of another issuer", token(keys.getPrivate(), Map.of("iss", "\"https://evil.example\"")),
                "for another audience", token(keys.getPrivate(), Map.of("aud", "\"else\"")),
                "by another key", token(pair().getPrivate(), Map.of()),
                "alg none", unsigned,
                "changed", good.substring(0, good.length() - 6) + "AAAAAA",
                "no token", "nonsense");
        bad.forEach((kind, token) -> {
            for (String path : PATHS) {
                for (String method : List.of("GET", "HEAD", "POST")) {
                    assertThat(bearing(token).send(method, path, null).status())
                            .as(kind + " " + method + " " + path)
                            .isEqualTo(401);
                }
            }
        });
        for (String path : PATHS) {
            assertThat(service.api().get(path).status()).as(path).isEqualTo(401);
            // The credentials of another mode are none.
            assertThat(service.api().as("vera", "x").get(path).status())
                    .as(path)
                    .isEqualTo(401);
        }
        assertThat(service.said()).doesNotContain(good);
    }
}
