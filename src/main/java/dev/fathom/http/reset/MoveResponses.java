package dev.fathom.http.reset;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.http.problem.ProblemException;
import dev.fathom.reset.Move;
import dev.fathom.reset.Resets.Exactly;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.Optional;

/** How a plan, and what came of it, is answered. */
public final class MoveResponses {

    private MoveResponses() {}

    /** What a change is answered with: by what became of its partitions. */
    public static Response done(Cluster cluster, Move move) {
        return done(move, MoveAnswer.of(cluster.name(), move, false, Optional.empty(), Optional.empty()));
    }

    /** @param answer what is told of the move */
    public static Response done(Move move, MoveAnswer answer) {
        if (move.waiting()) {
            return Response.status(Response.Status.ACCEPTED)
                    .location(URI.create(answer.operation()))
                    .type(MediaType.APPLICATION_JSON)
                    .entity(answer)
                    .build();
        }
        return Response.status(status(move, answer))
                .type(MediaType.APPLICATION_JSON)
                .entity(answer)
                .build();
    }

    /**
     * The status of a change that is over.
     *
     * @throws ProblemException when all of it failed
     */
    public static int status(Move move, MoveAnswer answer) {
        return switch (move.result().orElseThrow().status()) {
            case APPLIED -> 200;
            case PARTIAL -> 207;
            case UNKNOWN -> someApplied(answer) ? 207 : failed(move, answer);
            default -> failed(move, answer);
        };
    }

    private static boolean someApplied(MoveAnswer answer) {
        return answer.partitions().stream().anyMatch(row -> row.outcome().equals("applied"));
    }

    /** All of it failed: the problem they have in common, or the first, with every row. */
    private static int failed(Move move, MoveAnswer answer) {
        ClusterException first = move.result()
                .flatMap(result -> result.problem().or(() -> result.rows().values().stream()
                        .flatMap(row -> row.problem().stream())
                        .findFirst()))
                .orElseThrow();
        throw ProblemException.ofFailedChange(first, answer.partitions(), answer.operation());
    }

    /**
     * A dry run, with the tag that guards the real thing.
     *
     * @param exactly what would apply its numbers; for resets
     * @param replay what reading again takes; for moves back
     */
    public static Response plan(Cluster cluster, Move move, Optional<Exactly> exactly, Optional<ReplayItem> replay) {
        return plan(move, MoveAnswer.of(cluster.name(), move, true, exactly, replay));
    }

    /** @param answer what is told of the plan */
    public static Response plan(Move move, MoveAnswer answer) {
        return Response.ok(answer, MediaType.APPLICATION_JSON)
                .header(HttpHeaders.ETAG, move.tag().toString())
                .build();
    }
}
