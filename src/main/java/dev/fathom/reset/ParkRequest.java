package dev.fathom.reset;

import dev.fathom.cluster.Isolation;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.operation.Blocker.Acknowledgement;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Which record is to be parked.
 *
 * @param partition where the group stands at it
 * @param offset it must have; empty for whichever the group stands at
 * @param to the topic its copy goes to
 * @param isolation which records the group's members are given: with {@code READ_COMMITTED} those of aborted transactions are
 *     none
 * @param stable whether a commit that an open transaction holds is in the way
 */
public record ParkRequest(
        TopicPartition partition,
        OptionalLong offset,
        String to,
        Isolation isolation,
        boolean stable,
        Set<Acknowledgement> acknowledged,
        Optional<String> reason)
        implements ChangeRequest {}
