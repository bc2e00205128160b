package dev.fathom.http.contract;

import dev.fathom.http.problem.ProblemType;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The problems an operation can answer with, beside those that every operation can. On a class: every operation of it.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
public @interface Answers {

    ProblemType[] value() default {};

    CommonProblems[] with() default {};
}
