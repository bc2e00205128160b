package dev.fathom.http.words;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The words of a text in a body, an answer or a query are those of an enum; the contract lists them. */
@Target({ElementType.FIELD, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
public @interface WordsOf {

    Class<? extends Enum<?>> value();

    /** The names of the constants that can occur, in the order to list them; all when empty. */
    String[] only() default {};

    /** Whether callers must expect more words than there are today: the contract then lists them without closing the list. */
    boolean open() default false;
}
