package dev.fathom.pool.worker;

import java.time.Duration;

/** What a member is to do, as told by its operator, its supervisor and its sink. Set by any thread. */
final class MemberControl {

    private volatile boolean paused;
    /** The sink wants no more, which is not stored yet. */
    private volatile boolean goneBySink;

    private volatile boolean stopping;
    private volatile Duration drain;

    /** @param drain how long what is in hand may take once it stops */
    MemberControl(boolean paused, Duration drain) {
        this.paused = paused;
        this.drain = drain;
    }

    /** @return whether it changed; a member that stops, or whose sink wants no more, does not resume */
    boolean pause(boolean wanted) {
        if (wanted) {
            goneBySink = false;
        }
        boolean news = paused != wanted && !stopping && !goneBySink;
        if (news) {
            paused = wanted;
        }
        return news;
    }

    void gone() {
        goneBySink = true;
        paused = true;
    }

    void stop() {
        stopping = true;
    }

    /** @param patience caps how long what is in hand may take */
    void stop(Duration patience) {
        if (patience.compareTo(drain) < 0) {
            drain = patience;
        }
        stopping = true;
    }

    boolean paused() {
        return paused;
    }

    boolean stopping() {
        return stopping;
    }

    Duration drain() {
        return drain;
    }
}
