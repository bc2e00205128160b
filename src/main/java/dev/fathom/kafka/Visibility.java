package dev.fathom.kafka;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.ClusterException.Reason;
import dev.fathom.cluster.GroupListing;
import dev.fathom.cluster.GroupState;
import dev.fathom.cluster.GroupType;
import dev.fathom.cluster.Required;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.common.acl.AclOperation;

/**
 * Whether the cluster's ACLs may hide something from the service. A broker looks at the ACLs for a name before it looks for
 * what has it, so names that nothing has tell what the service may see of any name.
 */
final class Visibility {

    private static final String NO_TOPIC_HAS_THIS_NAME = "__fathom.no-topic-has-this-name.5d1c7c0e";
    private static final String NO_GROUP_HAS_THIS_ID = "__fathom.no-group-has-this-id.5d1c7c0e";

    private final Cluster cluster;
    private final Admin admin;
    private final Deadline deadline;
    private final Answers answers;

    Visibility(Cluster cluster, Admin admin, Deadline deadline, Answers answers) {
        this.cluster = cluster;
        this.admin = admin;
        this.deadline = deadline;
        this.answers = answers;
    }

    boolean ofAllTopics() {
        return isSeen(
                Required.in(cluster.topics(List.of(NO_TOPIC_HAS_THIS_NAME)), NO_TOPIC_HAS_THIS_NAME)
                        .problem(),
                Reason.TOPIC_NOT_FOUND);
    }

    /** With Describe on the cluster every group is listed, whatever is allowed on groups. */
    boolean ofAllGroups() {
        Set<AclOperation> rights = answers.await(
                admin.describeCluster(new DescribeClusterOptions()
                                .includeAuthorizedOperations(true)
                                .timeoutMs(deadline.millisLeft()))
                        .authorizedOperations(),
                "describe itself");
        if (rights != null && rights.contains(AclOperation.DESCRIBE)) {
            return true;
        }
        GroupListing nobody = new GroupListing(NO_GROUP_HAS_THIS_ID, GroupType.CLASSIC, GroupState.EMPTY, "", true);
        return isSeen(
                Required.in(cluster.commits(List.of(nobody), false).await(), NO_GROUP_HAS_THIS_ID)
                        .problem(),
                Reason.GROUP_NOT_FOUND);
    }

    private static boolean isSeen(Optional<ClusterException> problem, Reason unknown) {
        if (problem.isEmpty() || problem.get().reason() == unknown) {
            return true;
        }
        if (problem.get().reason() == Reason.NOT_AUTHORIZED) {
            return false;
        }
        throw problem.get();
    }
}
