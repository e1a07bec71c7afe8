package io.slipway.simulator.talk;

import java.util.Locale;

/** Who ends a question: the server that hears silence, a button, or nobody at all. */
public enum TalkMode {
    AUTO,
    MANUAL,
    REALTIME;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
