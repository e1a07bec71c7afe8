package io.slipway.session;

import java.util.Locale;

/** A text of the echo; shown only. */
enum EchoText {
    /** What was said, with {@code %s} for its seconds. */
    SOUND,
    /** Before the repetition. */
    HEARD,
    NOTHING,
    /** The device's tools, with {@code %s} for their names. */
    TOOLS,
    /** Between the names of two tools. */
    BETWEEN;

    /** The key of the text. */
    String key() {
        return "echo-" + name().toLowerCase(Locale.ROOT);
    }
}
