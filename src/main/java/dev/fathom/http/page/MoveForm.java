package dev.fathom.http.page;

import jakarta.ws.rs.QueryParam;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the form of a move says. A text that is null was not given.
 *
 * @param lifted the fields that lift a blocker and are ticked
 */
record MoveForm(
        @Nullable String where,
        @Nullable String value,
        @Nullable String topic,
        @Nullable String partitions,
        @Nullable String outOfRange,
        @Nullable String noRecord,
        @Nullable String waitForEmpty,
        Map<String, String> lifted) {

    /** Its parameters. Their names are read by reflection. */
    @io.quarkus.runtime.annotations.RegisterForReflection
    public static class Parameters {
        @QueryParam("where")
        public @Nullable String where;

        @QueryParam("value")
        public @Nullable String value;

        @QueryParam("topic")
        public @Nullable String topic;

        @QueryParam("partitions")
        public @Nullable String partitions;

        @QueryParam("outOfRange")
        public @Nullable String outOfRange;

        @QueryParam("noRecordAtOrAfter")
        public @Nullable String noRecordAtOrAfter;

        @QueryParam("waitForEmpty")
        public @Nullable String waitForEmpty;

        @QueryParam("pauseConsumers")
        public @Nullable String pauseConsumers;

        @QueryParam("acknowledgeInUse")
        public @Nullable String acknowledgeInUse;

        @QueryParam("acknowledgeStateKept")
        public @Nullable String acknowledgeStateKept;

        @QueryParam("stable")
        public @Nullable String stable;

        MoveForm form() {
            Map<String, String> lifted = new LinkedHashMap<>();
            ticked(lifted, "pauseConsumers", pauseConsumers);
            ticked(lifted, "acknowledgeInUse", acknowledgeInUse);
            ticked(lifted, "acknowledgeStateKept", acknowledgeStateKept);
            ticked(lifted, "stable", stable);
            return new MoveForm(
                    given(where),
                    given(value),
                    given(topic),
                    given(partitions),
                    given(outOfRange),
                    given(noRecordAtOrAfter),
                    given(waitForEmpty),
                    lifted);
        }

        private static void ticked(Map<String, String> lifted, String field, @Nullable String value) {
            if (given(value) != null) {
                lifted.put(field, value);
            }
        }
    }

    static @Nullable String given(@Nullable String value) {
        return value == null || value.isBlank() ? null : value.trim();
    }

    public Map<Destination, Boolean> destinations() {
        return Destination.choices(Destination.named(where).orElse(Destination.CURRENT));
    }

    /** The ticks, each with what it means. */
    public List<Tick> ticks() {
        return List.of(
                tick("acknowledgeInUse", "move it although something commits to it without joining"),
                tick("acknowledgeStateKept", "move a Kafka Streams application although its state stays"),
                tick("pauseConsumers", "have the managed consumer that runs it make way"),
                tick("stable", "do not wait for open transactions"));
    }

    private Tick tick(String field, String text) {
        return new Tick(field, text, lifted.containsKey(field), field.equals("stable") ? "false" : "true");
    }

    /** One field that lifts a blocker. */
    record Tick(String field, String text, boolean ticked, String value) {}

    public boolean clamps() {
        return "clamp".equals(outOfRange);
    }

    public String noRecordChoice() {
        return noRecord == null ? "reject" : noRecord;
    }
}
