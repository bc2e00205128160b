package dev.fathom.operation;

import java.util.List;

/** A change that was not made, because it is blocked. */
public class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<Blocker> blockers;

    /** @param blockers at least one; the first is the reason given */
    public RefusedException(List<Blocker> blockers) {
        super(blockers.get(0).detail());
        this.blockers = List.copyOf(blockers);
    }

    public Blocker first() {
        return blockers.get(0);
    }

    public List<Blocker> blockers() {
        return blockers;
    }
}
