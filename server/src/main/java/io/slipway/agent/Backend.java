package io.slipway.agent;

/** Where an agent's voice sessions go. */
public sealed interface Backend {

    /** Repeats what it hears: the default of every agent. */
    record Echo() implements Backend {}

    /**
     * Another server that speaks this same protocol.
     *
     * @param url as accepted by {@link BackendUrl#parse}
     * @param token that it requires; {@code ""} for none. Stored encrypted, and never part of an
     *     answer or a log
     * @param version 0 for the device's own Protocol-Version, 1 to 3 for that one whatever the
     *     device speaks
     * @param reboots whether it may restart the device
     */
    record Relay(String url, String token, int version, boolean reboots) implements Backend {

        /** The maximum length of a token, in characters. */
        public static final int MAX_TOKEN = 2_000;

        public Relay {
            if (BackendUrl.parse(url).isEmpty()) {
                throw new IllegalArgumentException("not a backend's URL");
            }
            if (token.length() > MAX_TOKEN || !token.chars().allMatch(c -> c >= ' ' && c <= '~')) {
                throw new IllegalArgumentException("not a token");
            }
            if (version < 0 || version > 3) {
                throw new IllegalArgumentException("no such protocol version: " + version);
            }
        }

        /** The parsed URL: connect to this, not to what another parser makes of the text. */
        public BackendUrl target() {
            return BackendUrl.parse(url).orElseThrow();
        }

        /** Without the token and the query, which may be just as secret. */
        @Override
        public String toString() {
            return "Relay[" + target().origin() + "]";
        }
    }
}
