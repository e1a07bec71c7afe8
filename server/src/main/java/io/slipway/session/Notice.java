package io.slipway.session;

import java.util.Locale;

/** A spoken message of the server itself: why a device can't talk, or why a conversation ended. */
public enum Notice {
    /** The device is not bound; its code is spelled out. */
    UNBOUND("neutral"),
    /** The device is not bound, and there are too many codes to issue another one. */
    UNBOUND_NO_CODE("sleepy"),
    NO_AGENT("confused"),
    /** The account that owns the device is disabled. */
    DISABLED("sad"),
    /** The device has not been seen for longer than the keep-alive period. */
    EXPIRED("sleepy"),
    /** Its token was signed with a key that has been revoked. */
    REVOKED("surprised"),
    /** The server can't access its database at the moment. */
    TRY_LATER("embarrassed"),
    BACKEND_UNREACHABLE("sad"),
    /** The backend's hello announces what devices don't take; what it is is shown. */
    BACKEND_UNSUITABLE("confused"),
    BACKEND_LOST("sad"),
    /** A person ended the session in the console. */
    ENDED("neutral"),
    SHUTTING_DOWN("sleepy");

    private final String emotion;

    // Among the 21 for which firmware has pictures.
    Notice(String emotion) {
        this.emotion = emotion;
    }

    String emotion() {
        return emotion;
    }

    /** Whether a restart helps the device (decisions D4, D5, D6). */
    boolean reboots() {
        return switch (this) {
            case UNBOUND, EXPIRED, REVOKED -> true;
            case UNBOUND_NO_CODE,
                    NO_AGENT,
                    DISABLED,
                    TRY_LATER,
                    BACKEND_UNREACHABLE,
                    BACKEND_UNSUITABLE,
                    BACKEND_LOST,
                    ENDED,
                    SHUTTING_DOWN ->
                    false;
        };
    }

    /** The key of its sentence and its sound. */
    String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
