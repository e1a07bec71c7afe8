package io.slipway.protocol;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A device's Client-Id: a random UUID in its flash, and so the secret half of its identity. Never
 * log it, store it or hand it to anybody; {@link #toString} does not show it.
 *
 * @param value lower case, 1 to 64 visible ASCII characters without {@code "}
 */
public record ClientId(String value) {

    /** The longest that is taken. */
    public static final int MAX_LENGTH = 64;

    private static final Pattern UUID =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    public ClientId {
        if (!wellFormed(value) || !value.equals(value.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("not a Client-Id");
        }
    }

    /**
     * Reads the {@code Client-Id} header; case does not count.
     *
     * @return empty when it is empty, too long or holds other than visible ASCII; such a header
     *     counts as absent
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

    /** Whether it can be guessed: firmware makes UUIDs, some web clients send a fixed word. */
    public boolean weak() {
        return !UUID.matcher(value).matches();
    }

    @Override
    public String toString() {
        return "ClientId[…]";
    }
}
