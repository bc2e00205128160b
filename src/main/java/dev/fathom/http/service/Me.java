package dev.fathom.http.service;

import dev.fathom.config.Level;
import dev.fathom.http.words.WordsOf;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The caller. */
@Schema(description = "The caller as the service knows them.")
public record Me(
        @Schema(description = "The user; anonymous without authentication.", required = true)
        String name,

        @Schema(description = "The user's roles.", required = true)
        List<String> roles,

        @Schema(description = "What the user, or a role of theirs, is granted.", required = true)
        List<Permission> permissions) {

    /** One grant. */
    @Schema(name = "Permission", description = "A level, on names that match: literal, or a prefix before a final *.")
    public record Permission(
            @Schema(
                    description =
                            "viewer reads and plans; operator also moves offsets, removes members and commands managed"
                                    + " consumers; admin also deletes groups and offsets and defines managed consumers.",
                    required = true)
            @WordsOf(Level.class)
            String level,

            @Schema(description = "Clusters.", required = true)
            List<String> clusters,

            @Schema(description = "Groups.", required = true)
            List<String> groups,

            @Schema(description = "Topics.", required = true)
            List<String> topics,

            @Schema(description = "Whether records may be read.", required = true)
            boolean records) {}
}
