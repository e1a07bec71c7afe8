package io.slipway.session.conversation;

import java.util.List;

/**
 * The expected chat history of one call, and its agent. Not thread-safe, apart from what the device
 * receives meanwhile.
 */
final class ExpectedHistory {

    /** The maximum stored of a text. */
    private static final int MOST = 4_000;

    /** More than this per minute is no conversation, and is not stored completely. */
    private static final int MOST_LINES = 90;

    /** The agent that the call began with; null if there was none. */
    final ModelledAgent agent;

    /** False if the server may have said more than the device received. */
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

    /** The conversation is over: notices are not part of it. */
    void end(int mark) {
        until = Math.min(until, mark);
    }

    /** The agent whose history it belongs to. */
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

    /** Its device has moved to another agent, and the history with it. */
    void moved(ModelledAgent to) {
        if (!lines().isEmpty()) {
            shown = to;
        }
    }

    /** The history was deleted; what follows is stored again. */
    void deleted() {
        from = received.mark();
        shown = agent;
    }

    /** An agent was deleted, with its history. */
    void gone(ModelledAgent deleted) {
        if (shown == deleted) {
            deleted();
        }
        if (agent == deleted) {
            end(received.mark());
        }
    }
}
