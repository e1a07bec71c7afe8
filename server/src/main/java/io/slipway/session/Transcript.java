package io.slipway.session;

import io.slipway.history.ChatLog;
import io.slipway.protocol.Mac;
import java.time.InstantSource;

/** The sentences of one session, for the chat history. Lives on the session's event loop. */
final class Transcript {

    /** More than this per minute is no conversation, and would only fill the disk. */
    private static final int MOST = 120;

    private static final long WINDOW_MS = 60_000;

    private final String sessionId;
    private final Mac mac;
    private final ChatLog log;
    private final InstantSource clock;
    private String listenMode = "";
    private long since;
    private int lines;

    Transcript(String sessionId, Mac mac, ChatLog log, InstantSource clock) {
        this.sessionId = sessionId;
        this.mac = mac;
        this.log = log;
        this.clock = clock;
    }

    /** The device's new listening mode; {@code ""} leaves it as it was. */
    void listens(String mode) {
        if (!mode.isEmpty()) {
            listenMode = mode;
        }
    }

    /** Records a line, if the agent's owner stores chat history. */
    void add(Admission.Admitted admitted, ChatLog.Speaker speaker, String text) {
        long now = clock.millis();
        if (now - since >= WINDOW_MS) {
            since = now;
            lines = 0;
        }
        var agent = admitted.agent();
        if (agent.options().chatHistoryConf() == 0 || text.isEmpty() || lines++ >= MOST) {
            return;
        }
        log.note(
                new ChatLog.NewChatLine(
                        sessionId,
                        agent.accountId(),
                        agent.id(),
                        mac,
                        speaker,
                        text,
                        listenMode,
                        now));
    }
}
