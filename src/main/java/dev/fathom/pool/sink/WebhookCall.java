package dev.fathom.pool.sink;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * The headers of a call: CloudEvents 1.0 in binary mode, and a Standard Webhooks signature. The id depends on the record only,
 * so it is the same on every retry and from every replica.
 */
final class WebhookCall {

    private static final String TYPE = "dev.fathom.record";
    private static final String SECRET_PREFIX = "whsec_";
    private static final String MAC = "HmacSHA256";
    private static final int ID_BYTES = 16;
    private static final int LONGEST_CONTENT_TYPE = 200;

    private WebhookCall() {}

    /** Why a configured secret is not a key; empty when it is. Reveals nothing of it. */
    static Optional<String> refusalOfSecret(String secret) {
        try {
            return key(secret).length > 0 ? Optional.empty() : Optional.of("is empty.");
        } catch (IllegalArgumentException e) {
            return Optional.of("begins with " + SECRET_PREFIX + ", and what follows is not base64.");
        }
    }

    /** The key behind a secret as it is configured: {@code whsec_} and base64, or any text. */
    static byte[] key(String secret) {
        if (secret.startsWith(SECRET_PREFIX)) {
            return Base64.getDecoder().decode(secret.substring(SECRET_PREFIX.length()));
        }
        return secret.getBytes(StandardCharsets.UTF_8);
    }

    static String target(URI uri) {
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    }

    static String id(Delivery delivery) {
        ConsumerRecord<byte[], byte[]> record = delivery.record();
        String place = delivery.origin().clusterId()
                + '/'
                + delivery.origin().topicId()
                + '/'
                + record.partition()
                + '/'
                + record.offset();
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(place.getBytes(StandardCharsets.UTF_8));
            return "msg_" + HexFormat.of().formatHex(hash, 0, ID_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static MultiMap headers(Delivery delivery, byte[] body, WebhookSpec spec, Optional<byte[]> key, Instant now) {
        ConsumerRecord<byte[], byte[]> record = delivery.record();
        String id = id(delivery);
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        int leftOut = PassedHeaders.pass(record.headers(), spec.passHeaders(), headers);
        headers.set(HttpHeaders.CONTENT_TYPE, "application/octet-stream");
        contentType(record).ifPresent(type -> headers.set(HttpHeaders.CONTENT_TYPE, type));
        headers.set(HttpHeaders.USER_AGENT, "fathom");
        spec.headers().forEach(headers::set);
        if (leftOut > 0) {
            headers.set("ce-kafkaheadersleftout", Integer.toString(leftOut));
        }
        headers.set("ce-specversion", "1.0");
        headers.set("ce-id", id);
        headers.set("ce-source", "/clusters/" + delivery.origin().cluster() + "/topics/" + record.topic());
        headers.set("ce-type", TYPE);
        if (record.timestamp() >= 0) {
            // Old clients write records without a time.
            headers.set("ce-time", Instant.ofEpochMilli(record.timestamp()).toString());
        }
        headers.set("ce-kafkapartition", Integer.toString(record.partition()));
        headers.set("ce-kafkaoffset", Long.toString(record.offset()));
        if (record.key() != null) {
            partitionKey(record.key(), headers);
        }
        if (record.value() == null) {
            // Otherwise a tombstone looks like an empty value.
            headers.set("ce-kafkatombstone", "true");
        }
        headers.set("webhook-id", id);
        String timestamp = Long.toString(now.getEpochSecond());
        headers.set("webhook-timestamp", timestamp);
        key.ifPresent(secret -> headers.set("webhook-signature", "v1," + signature(id, timestamp, body, secret)));
        return headers;
    }

    private static String signature(String id, String timestamp, byte[] body, byte[] key) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(key, MAC));
            mac.update((id + '.' + timestamp + '.').getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The record's own, as CloudEvents over Kafka carries it. */
    private static Optional<String> contentType(ConsumerRecord<byte[], byte[]> record) {
        Header header = record.headers().lastHeader("content-type");
        if (header == null || header.value() == null || header.value().length > LONGEST_CONTENT_TYPE) {
            return Optional.empty();
        }
        String type = new String(header.value(), StandardCharsets.US_ASCII);
        return type.matches("[\\x20-\\x7E]+/[\\x20-\\x7E]+") ? Optional.of(type) : Optional.empty();
    }

    /**
     * A key as CloudEvents headers carry text: percent-encoded UTF-8. One that is not text is sent as base64, and another
     * attribute says so.
     */
    private static void partitionKey(byte[] bytes, MultiMap headers) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            headers.set("ce-partitionkey", Base64.getEncoder().encodeToString(bytes));
            headers.set("ce-partitionkeyencoding", "base64");
            return;
        }
        StringBuilder encoded = new StringBuilder();
        for (byte one : text.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = one > 0x20 && one < 0x7F && one != '"' && one != '%';
            if (plain) {
                encoded.append((char) one);
            } else {
                encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits(one));
            }
        }
        headers.set("ce-partitionkey", encoded.toString());
    }
}
