package io.slipway.http.schema;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a view or one of its fields means, where its name alone does not tell. Every text is in both
 * languages, as {@code 中文 · English}.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.RECORD_COMPONENT})
public @interface Described {

    /** Of the whole; empty for nothing to say. */
    String value() default "";

    /** Of each item of a list; empty for nothing to say. */
    String items() default "";
}
