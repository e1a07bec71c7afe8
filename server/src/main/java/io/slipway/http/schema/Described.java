package io.slipway.http.schema;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Describes a view or one of its fields if the name alone is not clear. Every text is in both
 * languages, as {@code 中文 · English}.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.RECORD_COMPONENT})
public @interface Described {

    /** Describes the view or field; empty for none. */
    String value() default "";

    /** Describes each item of a list; empty for none. */
    String items() default "";
}
