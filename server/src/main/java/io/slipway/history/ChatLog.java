package io.slipway.history;

import io.slipway.account.Audit;
import io.slipway.account.Caller;
import io.slipway.agent.Agents;
import io.slipway.cluster.Bus;
import io.slipway.cluster.Topic;
import io.slipway.protocol.Mac;
import io.slipway.sql.Database;
import io.slipway.sql.Ids;
import io.slipway.sql.Plane;
import io.slipway.sql.StoreException;
import io.slipway.sql.Tx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records chat history: collected in memory and written in batches, so a crash may lose seconds of
 * it, and no session waits for it. Lines of agents whose history is off, or that were deleted, are
 * never written. Thread-safe; all but {@link #note} block.
 */
public final class ChatLog {

    /** The speaker of a line. */
    public enum Speaker {
        USER(1),
        ASSISTANT(2),
        TOOL(3);

        private final int code;

        Speaker(int code) {
            this.code = code;
        }

        /** As in console-api row 25. */
        public int code() {
            return code;
        }
    }

    /**
     * A line to be recorded.
     *
     * @param sessionId unique within the account, at most 64 characters
     * @param agentId the agent that the session began with
     * @param content cut at {@link #MAX_CONTENT} characters
     * @param listenMode the device's {@code listen} mode: {@code auto}, {@code manual}, {@code
     *     realtime}; {@code ""} if there is none
     * @param at epoch milliseconds
     */
    public record NewChatLine(
            String sessionId,
            String accountId,
            String agentId,
            Mac mac,
            Speaker kind,
            String content,
            String listenMode,
            long at) {

        /** The maximum length of a line; a cut never splits a character. */
        public static final int MAX_CONTENT = 4_000;

        private static final int MAX_SESSION = 64;
        private static final int MAX_MODE = 16;

        public NewChatLine {
            sessionId = StorableText.of(sessionId, MAX_SESSION);
            content = StorableText.of(content, MAX_CONTENT);
            listenMode = StorableText.of(listenMode, MAX_MODE);
        }

        NewChatLine withAgent(String other) {
            return new NewChatLine(sessionId, accountId, other, mac, kind, content, listenMode, at);
        }

        /** Without the content: lines must not get into a log by accident. */
        @Override
        public String toString() {
            return "NewChatLine[" + sessionId + " " + mac + " " + kind + "]";
        }
    }

    /** Lines per transaction, so that device writes can run in between. */
    private static final int CHUNK = 500;

    /** As long as a person would wait. */
    private static final Duration TURN = Duration.ofSeconds(15);

    private static final Topic<HistoryTransfer> MOVED =
            new Topic<>("chat-moved", HistoryTransfer::text, HistoryTransfer::read);
    private static final Topic<DeviceHistory> DELETED =
            new Topic<>("chat-deleted", DeviceHistory::text, DeviceHistory::read);
    private static final Logger LOG = LoggerFactory.getLogger(ChatLog.class);

    /** An account's history of a device moves to another agent. */
    private record HistoryTransfer(String accountId, Mac mac, String agentId) {

        String text() {
            return accountId + " " + mac + " " + agentId;
        }

        static Optional<HistoryTransfer> read(String text) {
            String[] parts = text.split(" ", -1);
            return parts.length == 3
                    ? Mac.parse(parts[1]).map(mac -> new HistoryTransfer(parts[0], mac, parts[2]))
                    : Optional.empty();
        }
    }

    /** An account's history of a device. */
    private record DeviceHistory(String accountId, Mac mac) {

        String text() {
            return accountId + " " + mac;
        }

        static Optional<DeviceHistory> read(String text) {
            String[] parts = text.split(" ", -1);
            return parts.length == 2
                    ? Mac.parse(parts[1]).map(mac -> new DeviceHistory(parts[0], mac))
                    : Optional.empty();
        }
    }

    private final Database database;
    private final Bus bus;
    private final Ids ids;
    private final InstantSource clock;
    private final Agents agents;
    private final Audit audit;
    private final HistoryEraser eraser;
    private final ChatHistory history;
    private final Backlog backlog = new Backlog();
    // While it is held, no line is on its way from memory to the database.
    private final ReentrantLock turn = new ReentrantLock();

    public ChatLog(
            Database database, Bus bus, Ids ids, InstantSource clock, Agents agents, Audit audit) {
        this.database = database;
        this.bus = bus;
        this.ids = ids;
        this.clock = clock;
        this.agents = agents;
        this.audit = audit;
        this.eraser = new HistoryEraser(database);
        this.history = new ChatHistory(database, agents);
        // Waiting lines of a device that was moved, or whose history was deleted, on another node.
        // A line that is being written at that moment is missed: it may stay.
        bus.onOthers(MOVED, this::moveWaiting);
        bus.onOthers(DELETED, device -> backlog.remove(of(device.accountId(), device.mac())));
    }

    /**
     * Records a line. Never blocks and never throws: what doesn't fit into memory is dropped, which
     * is logged without the content.
     */
    public void note(NewChatLine line) {
        backlog.add(line);
    }

    /**
     * Writes the recorded lines. Lines that can't be written stay for the next time, as far as they
     * fit.
     *
     * @throws StoreException when the database fails
     */
    public void flush() {
        turn.lock();
        try {
            List<Backlog.PendingLine> batch = backlog.take(ids);
            int written = 0;
            try {
                for (; written < batch.size(); written += CHUNK) {
                    var chunk = batch.subList(written, Math.min(batch.size(), written + CHUNK));
                    database.run(Plane.BACKGROUND, tx -> write(tx, chunk));
                }
            } finally {
                if (written < batch.size()) {
                    backlog.putBack(batch.subList(written, batch.size()));
                }
            }
        } finally {
            turn.unlock();
        }
        // Logged once the database is back, not every two seconds while it is unavailable.
        long dropped = backlog.takeDropped();
        if (dropped > 0) {
            LOG.warn("{} lines of chat history were dropped: too many were waiting", dropped);
        }
    }

    private void write(Tx tx, List<Backlog.PendingLine> chunk) {
        ChatStore.lock(tx);
        var keepsHistory = new HashMap<String, Boolean>();
        Map<Backlog.SessionKey, List<Backlog.PendingLine>> sessions = new LinkedHashMap<>();
        for (Backlog.PendingLine entry : chunk) {
            NewChatLine line = entry.line();
            String owner = line.accountId() + line.agentId();
            if (keepsHistory.computeIfAbsent(owner, first -> keeps(tx, line))) {
                sessions.computeIfAbsent(Backlog.SessionKey.of(line), made -> new ArrayList<>())
                        .add(entry);
            }
        }
        var bytes = new HashMap<String, Long>();
        for (List<Backlog.PendingLine> lines : sessions.values()) {
            long from = lines.stream().mapToLong(entry -> entry.line().at()).min().orElse(0);
            long until = lines.stream().mapToLong(entry -> entry.line().at()).max().orElse(0);
            NewChatLine first = lines.getFirst().line();
            long session = HotChatStore.session(tx, ids.next(), first, from, until);
            bytes.merge(first.accountId(), HotChatStore.insert(tx, session, lines), Long::sum);
        }
        bytes.forEach((account, more) -> HotChatStore.countAccount(tx, account, more));
    }

    // Checked at the time of writing: turning history off, or deleting the agent, takes effect at
    // once.
    private boolean keeps(Tx tx, NewChatLine line) {
        return agents.find(tx, line.accountId(), line.agentId())
                .filter(agent -> agent.options().chatHistoryConf() > 0)
                .isPresent();
    }

    /** Deletes sessions without new lines for {@code retention}, in chunks. */
    public void clean(Duration retention) {
        eraser.clean(clock.millis() - retention.toMillis());
    }

    /**
     * Deletes the oldest sessions, in chunks, of accounts that have more than {@code most} bytes.
     *
     * @param exempt whether an account may have any number
     * @return how many accounts had too much
     */
    public int trim(long most, BiPredicate<Tx, String> exempt) {
        List<String> over =
                database.read(
                        Plane.BACKGROUND,
                        tx ->
                                ChatStore.above(tx, most).stream()
                                        .filter(account -> !exempt.test(tx, account))
                                        .toList());
        for (String account : over) {
            LOG.info("the oldest chat history of account {} is deleted: it has too much", account);
            eraser.trim(account, most);
        }
        return over.size();
    }

    /** Deletes the history of a deleted agent, in chunks. */
    public void forgetAgent(String agentId) {
        inTurn(() -> backlog.remove(line -> line.agentId().equals(agentId)));
        eraser.forgetAgent(agentId);
    }

    /**
     * Moves an account's history of a device to another of its agents (console-api row 10), in
     * chunks: repeating it completes one that failed in the middle.
     */
    public void moved(String accountId, Mac mac, String agentId) {
        var transfer = new HistoryTransfer(accountId, mac, agentId);
        inTurn(() -> {
            moveWaiting(transfer);
            return 0;
        });
        long after = 0;
        while (true) {
            long from = after;
            Optional<Long> last =
                    database.write(
                            Plane.BACKGROUND,
                            tx -> {
                                ChatStore.lock(tx);
                                if (from == 0) {
                                    bus.send(tx, MOVED, transfer);
                                }
                                return ChatStore.move(tx, accountId, mac, agentId, from, CHUNK);
                            });
            if (last.isEmpty()) {
                return;
            }
            after = last.get();
        }
    }

    private void moveWaiting(HistoryTransfer transfer) {
        Predicate<NewChatLine> own = of(transfer.accountId(), transfer.mac());
        backlog.change(line -> own.test(line) ? line.withAgent(transfer.agentId()) : line);
    }

    /**
     * Deletes the caller's history of a device, in chunks, and returns the number of lines.
     *
     * @param unknown runs if there is none, and may throw a problem
     */
    long delete(Caller caller, Mac mac, Consumer<Tx> unknown) {
        String account = caller.accountId();
        int waited =
                inTurn(() -> {
                    boolean waits = backlog.any(of(account, mac));
                    database.run(
                            Plane.CONSOLE,
                            tx -> {
                                Optional<Long> lines = ChatStore.linesOf(tx, account, mac);
                                if (lines.isEmpty() && !waits) {
                                    unknown.accept(tx);
                                }
                                bus.send(tx, DELETED, new DeviceHistory(account, mac));
                                String detail = lines.orElse(0L) + " lines";
                                audit.record(tx, caller, "history.delete", mac.toString(), detail);
                            });
                    return backlog.remove(of(account, mac));
                });
        return waited + eraser.device(account, mac);
    }

    private static Predicate<NewChatLine> of(String accountId, Mac mac) {
        return line -> line.mac().equals(mac) && line.accountId().equals(accountId);
    }

    private <T> T inTurn(Supplier<T> work) {
        try {
            if (!turn.tryLock(TURN.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new StoreException("history is being written for over " + TURN, null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("interrupted while waiting for the database", e);
        }
        try {
            return work.get();
        } finally {
            turn.unlock();
        }
    }

    /** Read access to what was written. */
    ChatHistory history() {
        return history;
    }
}
