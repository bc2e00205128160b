package dev.fathom.http.request;

/** The absolute paths under which things are found; they work as they stand. */
public final class Links {

    /** Where the contract begins. */
    public static final String BASE = "/api/v1";

    private Links() {}

    public static String cluster(String cluster) {
        return BASE + "/clusters/" + Ids.encode(cluster);
    }

    public static String group(String cluster, String group) {
        return cluster(cluster) + "/groups/" + Ids.encode(group);
    }

    public static String consumer(String cluster, String name) {
        return cluster(cluster) + "/consumers/" + Ids.encode(name);
    }

    public static String operation(String id) {
        return BASE + "/operations/" + Ids.encode(id);
    }

    public static String topic(String cluster, String topic) {
        return cluster(cluster) + "/topics/" + Ids.encode(topic);
    }
}
