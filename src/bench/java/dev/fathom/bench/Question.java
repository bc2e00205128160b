package dev.fathom.bench;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/** What callers ask, each time anew. */
@FunctionalInterface
interface Question {

    /**
     * One request.
     *
     * @param right whether an answer's body says what is so
     */
    record Asked(String path, Predicate<byte[]> right) {}

    Asked next(SplittableRandom random);

    /** The totals of any group. */
    static Question totals(DataSet set) {
        return random -> totals(set, random.nextInt(set.groups), "");
    }

    /** Every partition of any group. */
    static Question rows(DataSet set) {
        return random -> rows(set, random.nextInt(set.groups), "");
    }

    static Asked totals(DataSet set, int group, String query) {
        String total = "\"total\":" + set.lag(group) + ",";
        return new Asked(groups() + "/" + DataSet.group(group) + "/lag" + query, body -> text(body)
                .contains(total));
    }

    static Asked rows(DataSet set, int group, String query) {
        String lag = "\"lag\":" + DataSet.lagEach(group) + ",";
        return new Asked(
                groups() + "/" + DataSet.group(group) + "/offsets?limit=1000" + query,
                body -> times(text(body), lag) == set.partitions);
    }

    /** All groups with their totals. */
    static Asked list(DataSet set, String query) {
        return new Asked(groups() + "?include=lag&limit=1000" + query, body -> {
            String text = text(body);
            return times(text, "\"complete\":true") == set.groups
                    && text.contains("\"total\":" + set.lag(set.groups - 1) + ",");
        });
    }

    private static String groups() {
        return "/api/v1/clusters/" + World.CLUSTER + "/groups";
    }

    private static String text(byte[] body) {
        return new String(body, StandardCharsets.ISO_8859_1);
    }

    private static int times(String text, String word) {
        int times = 0;
        for (int at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length())) {
            times++;
        }
        return times;
    }
}
