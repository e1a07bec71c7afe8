package io.slipway.http.schema;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What else holds for a field's value, or for each item of a list, that its Java type can't say.
 * Nothing checks it when an answer is written; tests hold real answers against it.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Shape {

    /** The pattern of ids that Slipway makes. */
    String ID = "^[0-9a-f]{32}$";

    /** The pattern of devices' ids. */
    String DEVICE_ID = "^[0-9]{13,19}$";

    /** A regular expression; empty for none. */
    String pattern() default "";

    /** What a text is besides, {@code date-time} say; empty for nothing. */
    String format() default "";

    /** A schema that is written by hand in the document, by its name; empty for none. */
    String schema() default "";

    /** The JSON type of what Java has as a tree; with {@code []} a list of that type. */
    String tree() default "";

    /** All that a text can be, or what it can be besides the constants of {@link #constants}. */
    String[] values() default {};

    /** An enum, one of whose constants a text is. */
    Class<?> constants() default Void.class;

    double minimum() default Double.NaN;

    double maximum() default Double.NaN;

    /** Of a list; negative for no limit. */
    int maxItems() default -1;

    /** Of a list. */
    int minItems() default 0;

    /** In characters. */
    int minLength() default 0;

    /** In characters; negative for no limit. */
    int maxLength() default -1;
}
