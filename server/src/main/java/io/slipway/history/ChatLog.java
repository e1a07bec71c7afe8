package io.slipway.history;

import io.slipway.account.Audit;
import io.slipway.agent.Agents;
import io.slipway.cluster.Bus;
import io.slipway.protocol.Mac;
import io.slipway.sql.Database;
import io.slipway.sql.Ids;
import java.time.Duration;
import java.time.InstantSource;

/** What was said in sessions. Thread-safe. */
public final class ChatLog {

    /** Who said it. */
    public enum Kind {
        USER(1),
        ASSISTANT(2),
        TOOL(3);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        /** As row 25 shows it. */
        public int code() {
            return code;
        }
    }

    /**
     * Something said.
     *
     * @param sessionId at most 64 characters
     * @param agentId the agent of the session
     * @param content cut at 4,000 characters
     * @param listenMode the device's {@code listen} mode: {@code auto}, {@code manual}, {@code
     *     realtime} or {@code ""}
     * @param at epoch milliseconds
     */
    public record Line(
            String sessionId,
            String accountId,
            String agentId,
            Mac mac,
            Kind kind,
            String content,
            String listenMode,
            long at) {}

    public ChatLog(
            Database database, Bus bus, Ids ids, InstantSource clock, Agents agents, Audit audit) {}

    /** Notes a line; never blocks, never throws. */
    public void note(Line line) {}

    /** Writes what was noted. */
    public void flush() {}

    /** Deletes what is older than {@code kept}. */
    public void clean(Duration kept) {}

    /** Gives a device's history to another agent (row 10). */
    public void moved(String accountId, Mac mac, String agentId) {}

    /** Deletes the history of an agent that is gone. */
    public void forgetAgent(String agentId) {}
}
