package io.slipway.protocol.socket;

import java.io.IOException;

/** The {@code session_id} of a message: each side of a relay has its own. Thread-safe. */
public final class SessionIds {

    private static final String NAME = "session_id";

    private SessionIds() {}

    /**
     * The message with the value of its {@code session_id} replaced; everything else is left as it
     * is, whatever the id's characters occur in.
     *
     * @param text a message, valid or not; only a member of its outermost object counts, the first
     *     of several, as for cJSON
     * @param from the value that is replaced; a message with another one, or with none, is returned
     *     unchanged
     * @param to the new value, any text
     */
    public static String replaced(String text, String from, String to) {
        try {
            JsonMembers.Place place = JsonMembers.place(text, NAME, from);
            return place == null
                    ? text
                    : text.substring(0, place.from())
                            + SafeText.quote(to)
                            + text.substring(place.to());
        } catch (IOException e) {
            return text;
        }
    }
}
