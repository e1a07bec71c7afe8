package io.slipway.session.conversation;

import java.util.List;

/**
 * What of one call must be in the chat history, and under which agent. Not thread-safe, apart from
 * what the ear hears meanwhile.
 */
final class Kept {

    /** What is kept of a text. */
    private static final int MOST = 4_000;

    /** More than this in a minute is no conversation, and not all of it is kept. */
    private static final int MOST_LINES = 90;

    /** The agent that the call began with; null when it had none. */
    final Persona persona;

    /** False when the server may have said more than the device has heard. */
    boolean certain = true;

    private final Ear ear;
    private Persona shown;
    private int from;
    private int until = Integer.MAX_VALUE;

    Kept(Ear ear, Persona persona) {
        this.ear = ear;
        this.persona = persona;
        this.shown = persona;
    }

    /** The conversation is over: what the device is told is none. */
    void end(int mark) {
        until = Math.min(until, mark);
    }

    /** The agent whose history it is in. */
    Persona shown() {
        return shown;
    }

    List<Ear.Line> lines() {
        if (persona == null || !persona.keeps) {
            return List.of();
        }
        List<Ear.Line> lines =
                ear.said(from, until).stream()
                        .map(line ->
                                new Ear.Line(
                                        line.kind(),
                                        line.text()
                                                .substring(
                                                        0, Math.min(MOST, line.text().length()))))
                        .toList();
        if (lines.size() > MOST_LINES) {
            certain = false;
        }
        return lines;
    }

    /** Its device has moved to another agent, and what was said goes with it. */
    void moved(Persona to) {
        if (!lines().isEmpty()) {
            shown = to;
        }
    }

    /** All that was said was deleted; what follows is kept again. */
    void deleted() {
        from = ear.mark();
        shown = persona;
    }

    /** An agent is gone, with its history. */
    void gone(Persona deleted) {
        if (shown == deleted) {
            deleted();
        }
        if (persona == deleted) {
            end(ear.mark());
        }
    }
}
