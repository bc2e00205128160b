package dev.fathom.operation;

import java.util.Optional;

/**
 * Who asks for a change.
 *
 * @param actor the user; {@code anonymous} where nobody authenticates
 * @param requestId of the request, as in the log and in every answer
 * @param idempotencyKey the key the request came with
 */
public record Caller(String actor, String requestId, Optional<String> idempotencyKey) {}
