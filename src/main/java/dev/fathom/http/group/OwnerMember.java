package dev.fathom.http.group;

import dev.fathom.cluster.Member;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The member a partition is assigned to. */
@Schema(description = "The member a partition is assigned to.")
public record OwnerMember(
        @Schema(description = "The id the coordinator knows it by.", required = true)
        String memberId,

        @Schema(description = "The client's own name.", required = true)
        String clientId,

        @Schema(description = "The address its connection comes from.", required = true)
        String host) {

    static OwnerMember of(Member member) {
        return new OwnerMember(member.memberId(), member.clientId(), member.host());
    }
}
