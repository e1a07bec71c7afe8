package io.slipway.session.conversation;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.http.Json;
import io.slipway.simulator.talk.TalkHeard;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Records everything that one conversation's device receives, in order. Thread-safe. */
final class ReceivedLog implements Consumer<TalkHeard> {

    /** A line of the chat history: 1 for a person's, 2 for the answer. */
    record HistoryLine(int kind, String text) {}

    /**
     * One received message.
     *
     * @param json null for speech
     * @param packet null for a text
     */
    private record HeardMessage(JsonNode json, byte[] packet) {

        /** {@code what} is a type, or a type and a state. */
        boolean is(String what) {
            return json != null
                    && (what.equals(type()) || what.equals(type() + " " + member("state")));
        }

        private String type() {
            return member("type");
        }

        String member(String name) {
            return json.path(name).asText();
        }

        @Override
        public String toString() {
            return json == null ? packet.length + " bytes" : json.toString();
        }
    }

    private final List<HeardMessage> all = new ArrayList<>();
    private boolean deaf;

    @Override
    public synchronized void accept(TalkHeard heard) {
        if (deaf) {
            return;
        }
        all.add(
                switch (heard) {
                    case TalkHeard.Text(String json) ->
                            new HeardMessage(
                                    Json.read(json.getBytes(StandardCharsets.UTF_8)), null);
                    case TalkHeard.Audio(byte[] packet) -> new HeardMessage(null, packet);
                });
    }

    /** Stops recording. */
    synchronized void stop() {
        deaf = true;
    }

    /** The number of messages so far; a position to read from. */
    synchronized int mark() {
        return all.size();
    }

    /** How many texts of a type, or of a type and state, arrived from {@code mark} on. */
    synchronized int count(String what, int mark) {
        return (int) from(mark).stream().filter(heard -> heard.is(what)).count();
    }

    /** The {@code index}th of these. */
    synchronized JsonNode text(String what, int index, int mark) {
        return from(mark).stream()
                .filter(heard -> heard.is(what))
                .skip(index)
                .findFirst()
                .orElseThrow()
                .json;
    }

    /** The position right after the first of these. */
    synchronized int after(String what, int mark) {
        int at = mark;
        while (!all.get(at).is(what)) {
            at++;
        }
        return at + 1;
    }

    /** The speech from {@code mark} on. */
    synchronized List<byte[]> packets(int mark) {
        return from(mark).stream().filter(h -> h.packet != null).map(h -> h.packet).toList();
    }

    /** The part that belongs in the chat history, from one position to another. */
    synchronized List<HistoryLine> transcript(int mark, int until) {
        var lines = new ArrayList<HistoryLine>();
        for (HeardMessage heard : all.subList(Math.min(mark, until), Math.min(until, all.size()))) {
            if (heard.is("stt")) {
                lines.add(new HistoryLine(1, heard.member("text")));
            } else if (heard.is("tts sentence_start")) {
                lines.add(new HistoryLine(2, heard.member("text")));
            }
        }
        lines.removeIf(line -> line.text.isEmpty());
        return lines;
    }

    /**
     * Errors in the order of messages, {@code ""} for none: speech must be enclosed by start and
     * stop.
     */
    synchronized String disorder() {
        boolean speaking = false;
        for (HeardMessage heard : all) {
            if (heard.is("tts start")) {
                if (speaking) {
                    return "start within an answer";
                }
                speaking = true;
            } else if (heard.is("tts stop")) {
                // An abort and the end of the speech may cross: a second stop does no harm.
                speaking = false;
            } else if (heard.packet != null && !speaking) {
                return "speech outside of start and stop";
            } else if (heard.is("tts sentence_start") && !speaking) {
                return "a sentence outside of start and stop";
            }
        }
        return "";
    }

    private List<HeardMessage> from(int mark) {
        return all.subList(Math.min(mark, all.size()), all.size());
    }

    /** The last of it, for a journal. */
    @Override
    public synchronized String toString() {
        var out = new StringBuilder();
        int from = Math.max(0, all.size() - 25);
        int silent = 0;
        for (HeardMessage heard : all.subList(from, all.size())) {
            if (heard.packet != null) {
                silent++;
                continue;
            }
            if (silent > 0) {
                out.append("\n      ").append(silent).append(" packets");
                silent = 0;
            }
            String text = heard.toString();
            out.append("\n      ").append(text, 0, Math.min(200, text.length()));
        }
        return out.append(silent > 0 ? "\n      " + silent + " packets" : "").toString();
    }
}
