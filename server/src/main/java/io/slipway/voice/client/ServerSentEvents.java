package io.slipway.voice.client;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits a stream of server-sent events (the HTML standard's {@code text/event-stream}) into the
 * data of each, wherever TCP has cut it. Names, ids and waiting times of events are ignored.
 */
final class ServerSentEvents {

    /** Bytes of a line, and characters of an event's data. */
    static final int MAX_LINE = 256 * 1024;

    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final StringBuilder data = new StringBuilder();
    private boolean hasData;
    private boolean afterReturn;
    private boolean begun;

    /**
     * Reads a piece.
     *
     * @return the data of the events that it completes
     */
    List<String> read(byte[] piece) throws UnusableAnswer {
        var events = new ArrayList<String>();
        int from = 0;
        for (int i = 0; i < piece.length; i++) {
            byte at = piece[i];
            if (at == '\n' && afterReturn) {
                // The second half of the end of a line.
                from = i + 1;
                afterReturn = false;
            } else if (at == '\n' || at == '\r') {
                append(piece, from, i);
                line(events);
                from = i + 1;
                afterReturn = at == '\r';
            } else {
                afterReturn = false;
            }
        }
        append(piece, from, piece.length);
        return events;
    }

    /**
     * The stream has ended.
     *
     * @return the last event, if nothing but the end of its line or the empty line after it is
     *     missing, as with some servers
     */
    List<String> end() throws UnusableAnswer {
        var events = new ArrayList<String>();
        if (line.size() > 0) {
            line(events);
        }
        dispatch(events);
        return events;
    }

    private void append(byte[] piece, int from, int to) throws UnusableAnswer {
        if (line.size() + to - from > MAX_LINE) {
            throw UnusableAnswer.tooLarge("a line of more than " + MAX_LINE + " bytes");
        }
        line.write(piece, from, to - from);
    }

    private void line(List<String> events) throws UnusableAnswer {
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        if (!begun) {
            begun = true;
            text = text.startsWith("\ufeff") ? text.substring(1) : text;
        }
        if (text.isEmpty()) {
            dispatch(events);
            return;
        }
        int colon = text.indexOf(':');
        String field = colon < 0 ? text : text.substring(0, colon);
        if (!field.equals("data")) {
            return;
        }
        String value = colon < 0 ? "" : text.substring(colon + 1);
        value = value.startsWith(" ") ? value.substring(1) : value;
        if (data.length() + value.length() > MAX_LINE) {
            throw UnusableAnswer.tooLarge("an event of more than " + MAX_LINE + " characters");
        }
        if (hasData) {
            data.append('\n');
        }
        hasData = true;
        data.append(value);
    }

    private void dispatch(List<String> events) {
        if (hasData) {
            events.add(data.toString());
            hasData = false;
            data.setLength(0);
        }
    }
}
