package dev.fathom.http.auth;

import dev.fathom.config.Level;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a resource method needs of its caller. A method without is nobody's. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Needs {

    /** On what the operation names: the cluster, and the group or topic in its path. What needs more than a viewer changes. */
    Level level();

    /** Where a call says that it only wants to know what would be done, which any viewer may. */
    DryRun dryRun() default DryRun.NONE;

    /** The places for it. */
    enum DryRun {
        NONE,
        /** {@code dryRun=true}. */
        IN_QUERY,
        /** {@code dryRun} true, which the resource looks at. */
        IN_BODY
    }
}
