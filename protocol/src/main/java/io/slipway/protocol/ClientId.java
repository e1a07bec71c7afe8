package io.slipway.protocol;

import java.util.Locale;
import java.util.Optional;

/**
 * A device's Client-Id: a random UUID in its flash, and so the secret half of its identity. Never
 * log it, store it or pass it on; {@link #toString} does not show it.
 *
 * @param value lower case, 1 to 64 visible ASCII characters without {@code "}
 */
public record ClientId(String value) {

    /** The maximum length. */
    public static final int MAX_LENGTH = 64;

    public ClientId {
        if (!wellFormed(value) || !value.equals(value.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("not a Client-Id");
        }
    }

    /**
     * Parses the {@code Client-Id} header, ignoring case.
     *
     * @return empty when it is empty, too long or contains anything but visible ASCII; such a
     *     header counts as absent
     */
    public static Optional<ClientId> parse(String header) {
        String text = header.strip();
        return wellFormed(text)
                ? Optional.of(new ClientId(text.toLowerCase(Locale.ROOT)))
                : Optional.empty();
    }

    private static boolean wellFormed(String text) {
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c > '~' || c == '"') {
                return false;
            }
        }
        return true;
    }

    /** Whether it can be guessed: firmware generates UUIDs, some web clients send a fixed word. */
    public boolean weak() {
        return !uuid(value);
    }

    // Runs at every check-in: a regular expression would take twenty times as long.
    private static boolean uuid(String text) {
        if (text.length() != 36) {
            return false;
        }
        for (int i = 0; i < 36; i++) {
            char c = text.charAt(i);
            boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
            boolean hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
            if (dash ? c != '-' : !hex) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return "ClientId[…]";
    }
}
