package dev.fathom.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** A test of what brokers know from a version on; left out where tests are told to run on an older one. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsBroker.Condition.class)
public @interface NeedsBroker {

    /** The first version that does. */
    String value();

    /** Looks at {@link Brokers#areAtLeast}. */
    final class Condition implements ExecutionCondition {

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return AnnotationSupport.findAnnotation(context.getElement(), NeedsBroker.class)
                    .map(NeedsBroker::value)
                    .filter(version -> !Brokers.areAtLeast(version))
                    .map(version -> ConditionEvaluationResult.disabled("needs a broker of " + version))
                    .orElse(ConditionEvaluationResult.enabled("the broker knows this"));
        }
    }
}
