package dev.fathom.pool;

import dev.fathom.pool.definition.Definition;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A managed consumer: what it is to do, and what is known of what it does.
 *
 * @param lag records it has not fetched yet, over all partitions it is known of; empty where it is known of none
 */
public record ConsumerView(
        Definition definition,
        ConsumerState state,
        Optional<String> reason,
        List<MemberView> members,
        OptionalLong lag) {

    /** Without what only the logs know. */
    static ConsumerView of(Definition definition, List<MemberView> members) {
        ConsumerState.Found found = ConsumerState.of(definition, members);
        return new ConsumerView(definition, found.state(), found.reason(), members, OptionalLong.empty());
    }
}
