package io.slipway.simulator.talk;

import java.util.Locale;

/** What ends a question: silence detected by the server, a button, or nothing at all. */
public enum TalkMode {
    AUTO,
    MANUAL,
    REALTIME;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
