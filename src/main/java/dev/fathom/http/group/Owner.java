package dev.fathom.http.group;

/** Marks the groups and topics the service itself runs on. */
public final class Owner {

    private static final String OWN_PREFIX = "__fathom_";

    private Owner() {}

    /** {@code fathom} for a name of the service's own; null for any other. */
    public static String of(String name) {
        return name.startsWith(OWN_PREFIX) ? "fathom" : null;
    }
}
