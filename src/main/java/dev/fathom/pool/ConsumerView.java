package dev.fathom.pool;

import dev.fathom.pool.definition.Definition;
import dev.fathom.pool.worker.MemberReport.PartitionReport;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A managed consumer: what it is to do, and what is known of what it does. */
public record ConsumerView(
        Definition definition, ConsumerState state, Optional<String> reason, List<MemberView> members) {

    static ConsumerView of(Definition definition, List<MemberView> members) {
        ConsumerState.Found found = ConsumerState.of(definition, members);
        return new ConsumerView(definition, found.state(), found.reason(), members);
    }

    /** Records not yet fetched, over the partitions that members know it of; empty when they know it of none. */
    public OptionalLong lag() {
        List<Long> known = members.stream()
                .filter(member -> member.report().state().live())
                .flatMap(member -> member.report().partitions().stream())
                .map(PartitionReport::lag)
                .filter(lag -> lag != null)
                .toList();
        return known.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(known.stream().mapToLong(Long::longValue).sum());
    }
}
