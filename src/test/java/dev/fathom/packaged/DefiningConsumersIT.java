package dev.fathom.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.testing.Api.Answer;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.Consumers;
import dev.fathom.testing.Kafka;
import dev.fathom.testing.LiveGroup;
import dev.fathom.testing.WithConsumers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Definitions over HTTP: what is accepted, what is refused and why, and who wins. */
@Execution(ExecutionMode.CONCURRENT)
@Order(8)
class DefiningConsumersIT extends WithConsumers {

    private static final int ATTEMPTS = Integer.getInteger("attempts", 50);

    private static final String LOG = "'sink':{'type':'log','level':'debug'}";

    private String topic;

    DefiningConsumersIT() {
        super(SharedService.api());
    }

    @BeforeEach
    void makeTopic() {
        topic = kafka.topic(1);
    }

    private String spec(String more) {
        return "'topics':['" + topic + "']," + more;
    }

    private Answer validate(String spec) {
        return api.post(consumers.base() + "/validate", Consumers.body("candidate", spec));
    }

    private List<String> pointers(Answer answer) {
        List<String> pointers = new ArrayList<>();
        answer.json()
                .get("errors")
                .forEach(error -> pointers.add(error.get("pointer").asText()));
        return pointers;
    }

    @Test
    void isReadBackWithEveryDefault() {
        Answer created = consumers.create("defaults-" + topic.substring(6), spec(LOG));

        assertThat(created.status()).as(created.text()).isEqualTo(201);
        assertThat(created.header("Location").orElseThrow())
                .endsWith(created.json().get("self").asText());
        JsonNode spec = created.json().get("spec");
        assertThat(spec.get("groupId").asText()).isEqualTo("fathom.defaults-" + topic.substring(6));
        assertThat(spec.get("startFrom").asText()).isEqualTo("latest");
        assertThat(spec.get("onExhausted").asText()).isEqualTo("stop");
        assertThat(spec.get("queueCapacity").asInt()).isEqualTo(100);
        assertThat(spec.get("commitInterval").asText()).isEqualTo("PT0S");
        assertThat(spec.get("retry").get("maxAttempts").asInt()).isEqualTo(10);
        assertThat(created.json().get("version").asLong()).isEqualTo(1);
        // What was read back can be sent again.
        Answer same = validate("'x':0");
        assertThat(same.problem()).isEqualTo("validation");
    }

    @Test
    void validationAnswersTheWholeDefinitionAndDefinesNothing() {
        Answer valid = validate(spec(LOG));

        assertThat(valid.ok().get("spec").get("members").asInt()).isEqualTo(1);
        assertThat(api.get(consumers.base() + "/candidate").problem()).isEqualTo("consumer-not-found");
        Answer again = api.post(consumers.base() + "/validate", valid.text());
        assertThat(again.ok()).isEqualTo(valid.json());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            'members':0                                          | /spec/members
            'members':33                                         | /spec/members
            'members':'2'                                        | /spec/members
            'lanes':65                                           | /spec/lanes
            'queueCapacity':10001                                | /spec/queueCapacity
            'queueBytes':1024                                    | /spec/queueBytes
            'commitInterval':'PT61S'                             | /spec/commitInterval
            'commitInterval':'soon'                              | /spec/commitInterval
            'minBytes':2,'maxBytes':1                            | /spec/minBytes
            'startFrom':'current+1'                              | /spec/startFrom
            'startFrom':'yesterday'                              | /spec/startFrom
            'onOutOfRange':'skip'                                | /spec/onOutOfRange
            'onExhausted':'dead-letter'                          | /spec/onExhausted
            'onExhausted':'skip'                                 | /spec/onExhausted
            'retry':{'maxAttempts':0}                            | /spec/retry/maxAttempts
            'retry':{'multiplier':0.5}                           | /spec/retry/multiplier
            'retry':{'initial':'PT2M'}                           | /spec/retry/max
            'handlerTimeout':'PT0S'                              | /spec/handlerTimeout
            'groupId':''                                         | /spec/groupId
            'ordering':'record'                                  | /spec/ordering
            'protocol':'streams'                                 | /spec/protocol
            'deadLetter':{}                                      | /spec/deadLetter/topic
            'surprise':1                                         | /spec/surprise
            """)
    void saysWhichFieldIsWrong(String field, String pointer) {
        Answer refused = validate(spec(LOG) + "," + field.replace("\\s+$", ""));

        assertThat(refused.status()).as(refused.text()).isEqualTo(400);
        assertThat(pointers(refused)).contains(pointer);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {'type':'log','url':'http://localhost/'}                          | 400 | /spec/sink/url
            {'type':'mail'}                                                   | 400 | /spec/sink/type
            {'type':'webhook'}                                                | 400 | /spec/sink/url
            {'type':'webhook','url':'ftp://localhost/'}                       | 400 | /spec/sink/url
            {'type':'webhook','url':'http://me:secret@localhost/'}            | 400 | /spec/sink/url
            {'type':'webhook','url':'http://127.0.0.1/'}                      | 400 | /spec/sink/url
            {'type':'webhook','url':'http://2130706433/'}                     | 400 | /spec/sink/url
            {'type':'webhook','url':'http://[::1]/'}                          | 400 | /spec/sink/url
            {'type':'webhook','url':'http://elsewhere.example/'}              | 422 | /spec/sink/url
            {'type':'webhook','url':'http://localhost/','secretRef':'other'}  | 422 | /spec/sink/secretRef
            {'type':'webhook','url':'http://localhost/','headers':{'Authorization':'Bearer x'}} | 400 | /spec/sink/headers/Authorization
            {'type':'webhook','url':'http://localhost/','headers':{'ce-id':'x'}}                | 400 | /spec/sink/headers/ce-id
            {'type':'webhook','url':'http://localhost/','passHeaders':['webhook-*']}            | 400 | /spec/sink/passHeaders/0
            {'type':'webhook','url':'http://localhost/','passHeaders':['a','no name']}          | 400 | /spec/sink/passHeaders/1
            {'type':'log','passHeaders':['a']}                                                  | 400 | /spec/sink/passHeaders
            {'type':'topic','topic':'no-such-topic'}                          | 422 | /spec/sink/topic
            {'type':'topic','topic':'__fathom_status'}                        | 422 | /spec/sink/topic
            """)
    void saysWhatIsWrongWithASink(String sink, int status, String pointer) {
        Answer refused = validate(spec("'sink':" + sink.trim()));

        assertThat(refused.status()).as(refused.text()).isEqualTo(status);
        assertThat(pointers(refused)).contains(pointer);
    }

    @Test
    void refusesTopicsThatAreNotThereOrNotForAnybody() {
        assertThat(pointers(validate("'topics':['" + topic + "','no-such-topic']," + LOG)))
                .containsExactly("/spec/topics/1");
        assertThat(pointers(validate("'topics':['__consumer_offsets']," + LOG))).containsExactly("/spec/topics/0");
        assertThat(validate("'topics':[]," + LOG).status()).isEqualTo(400);
        assertThat(validate(spec(LOG) + ",'groupId':'__fathom_coordination'").problem())
                .isEqualTo("forbidden");
    }

    @Test
    void refusesCirclesOverAllDefinitions() {
        String second = kafka.topic(1);
        String third = kafka.topic(1);
        assertThat(validate(spec("'sink':{'type':'topic','topic':'" + topic + "'}"))
                        .problem())
                .isEqualTo("conflict");
        assertThat(validate(spec(LOG + ",'deadLetter':{'topic':'" + topic + "'}"))
                        .problem())
                .isEqualTo("conflict");
        consumers.define(spec("'sink':{'type':'topic','topic':'" + second + "'}"));
        consumers.define("'topics':['" + second + "'],'deadLetter':{'topic':'" + third + "'}," + LOG);

        Answer closing = validate("'topics':['" + third + "'],'sink':{'type':'topic','topic':'" + topic + "'}");

        assertThat(closing.problem()).isEqualTo("conflict");
        assertThat(closing.text()).contains("circle");
    }

    @Test
    void aNameAndAGroupAreTakenOnce() {
        String name = consumers.define(spec(LOG));

        assertThat(consumers.create(name, spec(LOG)).problem()).isEqualTo("name-taken");
        Answer sameGroup = validate(spec(LOG) + ",'groupId':'fathom." + name + "'");
        assertThat(sameGroup.problem()).isEqualTo("conflict");
        assertThat(sameGroup.text()).contains(name);
    }

    @Test
    void aGroupWithStrangersIsRefusedWithTheirNames() {
        String group = Kafka.unique("group");
        try (LiveGroup stranger = kafka.join(group, List.of(topic), Map.of())) {
            stranger.awaitAssigned();

            Answer refused = consumers.create(Kafka.unique("consumer"), spec(LOG + ",'groupId':'" + group + "'"));

            assertThat(refused.problem()).isEqualTo("group-not-empty");
            assertThat(refused.json().get("members").get(0).get("clientId").asText())
                    .isEqualTo(group + "-member");
        }
    }

    @Test
    void ofManyEditsOfOneVersionOneWins() throws Exception {
        String name = consumers.define(spec(LOG));
        // Until it has begun, which is a version of its own.
        consumers.awaitState(name, "running");
        long version = consumers.get(name).get("version").asLong();
        ExecutorService pool = Executors.newFixedThreadPool(6);
        try {
            List<Callable<Integer>> edits = IntStream.range(2, 8)
                    .<Callable<Integer>>mapToObj(members -> () -> {
                        // Half through another name of the cluster, which is another replica to it.
                        String base = members % 2 == 0
                                ? consumers.base()
                                : consumers.base().replace("local", "guarded");
                        return api.put(
                                        base + "/" + name + "?version=" + version,
                                        Consumers.body(name, spec(LOG + ",'members':" + members)))
                                .status();
                    })
                    .toList();
            List<Integer> statuses = new ArrayList<>();
            for (Future<Integer> edit : pool.invokeAll(edits)) {
                statuses.add(edit.get());
            }
            assertThat(statuses.stream().collect(Collectors.groupingBy(status -> status, Collectors.counting())))
                    .isEqualTo(Map.of(202, 1L, 409, 5L));
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void aPutNeedsItsVersionAndItsName() {
        String name = consumers.define(spec(LOG));
        String path = consumers.base() + "/" + name;

        assertThat(api.put(path, Consumers.body(name, spec(LOG))).status()).isEqualTo(400);
        assertThat(api.put(path + "?version=99", Consumers.body(name, spec(LOG)))
                        .problem())
                .isEqualTo("conflict");
        assertThat(api.put(path + "?version=1", Consumers.body("another", spec(LOG)))
                        .status())
                .isEqualTo(400);
        assertThat(api.put(consumers.base() + "/nobody?version=1", Consumers.body("nobody", spec(LOG)))
                        .problem())
                .isEqualTo("consumer-not-found");
    }

    @Test
    void commandsAreAnsweredWithWhatIsWantedNow() {
        String name = consumers.define(spec(LOG));
        consumers.awaitState(name, "running");

        assertThat(consumers.tell(name, "start").status()).isEqualTo(200);
        assertThat(consumers.scale(name, 3).json().at("/spec/members").asInt()).isEqualTo(3);
        assertThat(consumers.scale(name, 3).status()).isEqualTo(200);
        assertThat(consumers.scale(name, 33).status()).isEqualTo(400);
        assertThat(consumers.tell(name, "stop").json().get("desired").asText()).isEqualTo("stopped");
        consumers.awaitState(name, "stopped");
        assertThat(consumers.tell("nobody", "stop").problem()).isEqualTo("consumer-not-found");
        assertThat(api.post(consumers.base() + "/" + name + "/start", "{\"now\":true}")
                        .status())
                .isEqualTo(400);
        assertThat(api.send("POST", consumers.base() + "/" + name + "/start", null)
                        .status())
                .isEqualTo(202);
    }

    @Test
    void anIdempotencyKeyMakesCreatingRepeatable() {
        String name = Kafka.unique("consumer");
        consumers.define("first-" + name, spec(LOG));
        String body = Consumers.body(name, "'topics':['" + topic + "'],'desired':0," + LOG);
        String right = Consumers.body(name, spec(LOG));
        String key = Kafka.unique("key");

        Answer first = api.post(consumers.base(), right, "Idempotency-Key", key);
        Answer second = api.post(consumers.base(), right, "Idempotency-Key", key);

        assertThat(api.post(consumers.base(), body).status()).isEqualTo(400);
        assertThat(first.status()).isEqualTo(201);
        assertThat(second.status()).isEqualTo(201);
        assertThat(second.header("Idempotent-Replayed")).contains("true");
        api.delete(consumers.base() + "/" + name);
    }

    @Test
    void aReadOnlyClusterRefusesEveryChangeAndRunsNothing() {
        String base = consumers.base().replace("local", "readonly");
        String name = consumers.define(spec(LOG));

        assertThat(api.post(base, Consumers.body("x", spec(LOG))).problem()).isEqualTo("read-only");
        assertThat(api.post(base + "/" + name + "/stop", "{}").problem()).isEqualTo("read-only");
        assertThat(api.delete(base + "/" + name).problem()).isEqualTo("read-only");
        assertThat(api.post(base + "/restore", "{}").problem()).isEqualTo("read-only");
        assertThat(api.get(base + "/" + name).ok().get("name").asText()).isEqualTo(name);
    }

    @Test
    void oneThatIsDeletedIsGoneAndItsCommitsStay() {
        kafka.produce(topic, 0, 3);
        String name = consumers.define(spec(LOG));
        consumers.awaitState(name, "running");

        Answer deleted = api.delete(consumers.base() + "/" + name);

        assertThat(deleted.status()).isEqualTo(202);
        consumers.close();
        assertThat(api.get(consumers.base() + "/" + name).problem()).isEqualTo("consumer-not-found");
        assertThat(api.get("/api/v1/clusters/local/groups/fathom." + name + "/offsets")
                        .ok()
                        .at("/items/0/committedOffset")
                        .asLong())
                .isEqualTo(3);
    }

    @Test
    void listsAreSortedAndPaged() {
        String prefix = Kafka.unique("page");
        for (String end : List.of("c", "a", "b")) {
            consumers.define(prefix + "-" + end, spec(LOG + ",'groupId':'" + prefix + end + "'"));
        }

        JsonNode first = api.get(consumers.base() + "?limit=2").ok();

        List<String> names = new ArrayList<>();
        JsonNode page = first;
        while (true) {
            page.get("items").forEach(item -> names.add(item.get("name").asText()));
            if (page.at("/page/next").isMissingNode()) {
                break;
            }
            page = api.get(consumers.base() + "?limit=2&cursor="
                            + page.at("/page/next").asText())
                    .ok();
        }
        assertThat(names).isSorted().contains(prefix + "-a", prefix + "-b", prefix + "-c");
    }

    @Test
    void namesTheRightThatIsMissing() {
        try (Kafka admin =
                new Kafka(Brokers.sasl().bootstrapServers(), Brokers.saslProperties("admin", "admin-secret"))) {
            String hidden = admin.topic(1);

            Answer refused = api.post(
                    "/api/v1/clusters/sasl/consumers/validate",
                    Consumers.body("x", "'topics':['" + hidden + "']," + LOG));

            assertThat(refused.status()).as(refused.text()).isIn(403, 422);
        }
    }

    @Test
    void nobodyDefinesMoreThanAreAllowedHoweverManyTryAtOnce() throws Exception {
        String prefix = "__fathom_" + Kafka.unique("few") + "_";
        ExecutorService callers = Executors.newFixedThreadPool(8);
        try (PackagedService service = PackagedService.serving(
                        Brokers.main().bootstrapServers(),
                        "fathom.pool.topic-prefix=" + prefix,
                        "fathom.pool.max-consumers=3");
                Consumers few = new Consumers(service.api(), "local")) {
            List<Future<Answer>> tries = new ArrayList<>();
            for (int i = 0; i < ATTEMPTS; i++) {
                String name = Kafka.unique("one");
                tries.add(callers.submit(() -> service.api().post(few.base(), Consumers.body(name, spec(LOG)))));
            }
            int created = 0;
            for (Future<Answer> attempt : tries) {
                Answer answer = attempt.get();
                // Refused because of the number, or because it could not be written among so many others.
                assertThat(answer.status()).as(answer.text()).isIn(201, 409, 422, 429, 503);
                created += answer.status() == 201 ? 1 : 0;
            }

            assertThat(created).isEqualTo(3);
            JsonNode defined = service.api().get(few.base()).ok().get("items");
            assertThat(defined).hasSize(3);
            assertThat(few.create("one-more", spec(LOG)).text()).contains("fathom.pool.max-consumers");
            defined.forEach(each -> few.alsoDelete(each.get("name").asText()));
        } finally {
            callers.shutdownNow();
        }
    }
}
