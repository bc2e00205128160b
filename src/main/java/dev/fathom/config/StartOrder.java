package dev.fathom.config;

/**
 * The order of what happens when the service starts, lower numbers first. Quarkus starts scheduled tasks at 0, and the server
 * after everything: a setting that is wrong stops the start before anything is asked or scheduled.
 */
public final class StartOrder {

    /** Settings are checked that need nothing else. */
    public static final int SETTINGS = -300;

    /** What is made of settings, and refuses those it cannot be made of. */
    public static final int MADE_OF_SETTINGS = -200;

    /** {@code check-config} has its say, and ends the start. */
    public static final int CHECK_CONFIG = -100;

    private StartOrder() {}
}
