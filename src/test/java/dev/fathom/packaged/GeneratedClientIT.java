package dev.fathom.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fathom.client.ApiClient;
import dev.fathom.client.ApiException;
import dev.fathom.client.api.GroupsApi;
import dev.fathom.client.api.MovingOffsetsApi;
import dev.fathom.client.api.OperationsApi;
import dev.fathom.client.model.GroupItem;
import dev.fathom.client.model.ListingGroupItem;
import dev.fathom.client.model.MoveAnswer;
import dev.fathom.client.model.MoveRow;
import dev.fathom.client.model.Problem;
import dev.fathom.client.model.ResetRequest;
import dev.fathom.client.model.ResetRequestTo;
import dev.fathom.client.model.ResetTarget;
import dev.fathom.client.model.ResetTargetTo;
import dev.fathom.client.model.UndoRequest;
import dev.fathom.testing.Kafka;
import dev.fathom.testing.WithKafka;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The typed client that OpenAPI Generator makes of the contract, used as its user would. */
class GeneratedClientIT extends WithKafka {

    private final ApiClient client = new ApiClient();
    private String topic;
    private String group;

    @BeforeEach
    void fill() {
        client.updateBaseUri(SharedService.api().base());
        topic = kafka.topic(1);
        kafka.produce(topic, 0, 10);
        group = Kafka.unique("generated");
        kafka.commit(group, Map.of(new TopicPartition(topic, 0), 8L));
    }

    @Test
    void listsGroupsWithTheirLag() throws ApiException {
        // Fresh, since another test may just have been given a list without this group.
        ListingGroupItem groups = new GroupsApi(client)
                .listGroups(
                        "local", null, null, true, "lag", null, null, null, null, null, null, group, null, null, null,
                        null, null, null, null);

        assertThat(groups.getItems()).hasSize(1);
        GroupItem found = groups.getItems().get(0);
        assertThat(found.getId()).isEqualTo(group);
        assertThat(found.getState()).isEqualTo(GroupItem.StateEnum.EMPTY);
        assertThat(found.getLag().getTotal()).isEqualTo(2L);
        assertThat(groups.getObservedAt()).isNotNull();
    }

    @Test
    void plansAMoveAppliesThatPlanAndTakesItBack() throws ApiException {
        ResetRequest request = new ResetRequest()
                .dryRun(true)
                .targets(List.of(
                        new ResetTarget().topic(topic).partitions(List.of(0)).to(new ResetTargetTo(3L))));

        MoveAnswer plan = reset(request, null);
        MoveAnswer moved = reset(request.dryRun(false), plan.getApplyETag());

        assertThat(plan.getPartitions()).extracting(MoveRow::getOutcome).containsExactly(MoveRow.OutcomeEnum.PLANNED);
        assertThat(plan.getPartitions().get(0).getTo().getOffset()).isEqualTo(3L);
        assertThat(moved.getPartitions()).extracting(MoveRow::getVerified).containsExactly(true);
        String operation = moved.getOperation().substring(moved.getOperation().lastIndexOf('/') + 1);
        MoveAnswer back =
                new OperationsApi(client).undoOperation(operation, new UndoRequest().dryRun(false), null, null, null);
        assertThat(back.getPartitions().get(0).getTo().getOffset()).isEqualTo(8L);
    }

    @Test
    void aWordIsAPositionToo() throws ApiException {
        MoveAnswer plan = reset(new ResetRequest().dryRun(true).to(new ResetRequestTo("latest-1")), null);

        assertThat(plan.getPartitions().get(0).getTo().getOffset()).isEqualTo(9L);
    }

    @Test
    void whatGoesWrongIsAProblemOfTheContract() throws Exception {
        ApiException wrong = catchThrowableOfType(
                ApiException.class, () -> reset(new ResetRequest().dryRun(true).to(new ResetRequestTo("soon")), null));

        assertThat(wrong.getCode()).isEqualTo(400);
        Problem problem = ApiClient.createDefaultObjectMapper().readValue(wrong.getResponseBody(), Problem.class);
        assertThat(problem.getStatus()).isEqualTo(400);
        assertThat(problem.getErrors()).isNotEmpty();
        JsonNode raw = new ObjectMapper().readTree(wrong.getResponseBody());
        assertThat(problem.getTitle()).isEqualTo(raw.get("title").asText());
    }

    private MoveAnswer reset(ResetRequest request, String ifMatch) throws ApiException {
        return new MovingOffsetsApi(client)
                .resetGroup("local", group, request, null, null, null, null, null, null, null, ifMatch, null);
    }
}
