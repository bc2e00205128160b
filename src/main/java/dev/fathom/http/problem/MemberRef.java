package dev.fathom.http.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fathom.cluster.Member;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Who a member is. */
@Schema(description = "Who a member is.")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MemberRef(
        @Schema(description = "The id the coordinator knows it by.", required = true)
        String memberId,

        @Schema(description = "Static membership id (group.instance.id).") @Nullable
        String instanceId,

        @Schema(description = "The client's own name.", required = true)
        String clientId,

        @Schema(description = "The address its connection comes from.", required = true)
        String host) {

    public static MemberRef of(Member member) {
        return new MemberRef(member.memberId(), member.instanceId().orElse(null), member.clientId(), member.host());
    }
}
