package io.slipway.session.conversation;

import java.util.List;

/**
 * What of one call must be in the chat history, and under which agent. Not thread-safe, apart from
 * what the device receives meanwhile.
 */
final class ExpectedHistory {

    /** What is kept of a text. */
    private static final int MOST = 4_000;

    /** More than this in a minute is no conversation, and not all of it is kept. */
    private static final int MOST_LINES = 90;

    /** The agent that the call began with; null when it had none. */
    final ModelledAgent agent;

    /** False when the server may have said more than the device has heard. */
    boolean certain = true;

    private final ReceivedLog received;
    private ModelledAgent shown;
    private int from;
    private int until = Integer.MAX_VALUE;

    ExpectedHistory(ReceivedLog received, ModelledAgent agent) {
        this.received = received;
        this.agent = agent;
        this.shown = agent;
    }

    /** The conversation is over: what the device is told is none. */
    void end(int mark) {
        until = Math.min(until, mark);
    }

    /** The agent whose history it is in. */
    ModelledAgent shown() {
        return shown;
    }

    List<ReceivedLog.HistoryLine> lines() {
        if (agent == null || !agent.keeps) {
            return List.of();
        }
        List<ReceivedLog.HistoryLine> lines =
                received.transcript(from, until).stream()
                        .map(line ->
                                new ReceivedLog.HistoryLine(
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
    void moved(ModelledAgent to) {
        if (!lines().isEmpty()) {
            shown = to;
        }
    }

    /** All that was said was deleted; what follows is kept again. */
    void deleted() {
        from = received.mark();
        shown = agent;
    }

    /** An agent is gone, with its history. */
    void gone(ModelledAgent deleted) {
        if (shown == deleted) {
            deleted();
        }
        if (agent == deleted) {
            end(received.mark());
        }
    }
}
