package io.slipway.history;

import io.slipway.history.ChatLog.NewChatLine;
import io.slipway.sql.Ids;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Lines that wait to be written, in the order in which they came. Bounded; what doesn't fit is
 * counted and dropped. Thread-safe, and never waits for anything but itself.
 */
final class Backlog {

    /** Of 1,000 talking sessions, at a line a second each, what comes in 100 s. */
    static final int MAX_LINES = 100_000;

    /** Two bytes each, at most. */
    static final long MAX_CHARS = 8_000_000;

    /** One talker must not take the room of all others; nobody says so much in a minute. */
    static final int MAX_OF_SESSION = 100;

    /**
     * @param id given when it is first taken; with it, writing it twice is writing it once
     */
    record PendingLine(long id, NewChatLine line) {}

    record SessionKey(String accountId, String sessionId) {
        static SessionKey of(NewChatLine line) {
            return new SessionKey(line.accountId(), line.sessionId());
        }
    }

    private List<PendingLine> waiting = new ArrayList<>();
    private Map<SessionKey, Integer> ofSession = new HashMap<>();
    private long chars;
    private long dropped;

    synchronized void add(NewChatLine line) {
        add(new PendingLine(0, line));
    }

    private void add(PendingLine entry) {
        NewChatLine line = entry.line();
        SessionKey key = SessionKey.of(line);
        int before = ofSession.getOrDefault(key, 0);
        boolean full = waiting.size() >= MAX_LINES || chars + line.content().length() > MAX_CHARS;
        if (full || before >= MAX_OF_SESSION) {
            dropped++;
            return;
        }
        ofSession.put(key, before + 1);
        chars += line.content().length();
        waiting.add(entry);
    }

    /** Hands over everything. */
    List<PendingLine> take(Ids ids) {
        List<PendingLine> taken = takeAll();
        taken.replaceAll(
                entry -> entry.id() == 0 ? new PendingLine(ids.next(), entry.line()) : entry);
        return taken;
    }

    private synchronized List<PendingLine> takeAll() {
        List<PendingLine> taken = waiting;
        clear();
        return taken;
    }

    /** Takes back what could not be written, before what came since. */
    synchronized void putBack(List<PendingLine> entries) {
        List<PendingLine> since = waiting;
        clear();
        entries.forEach(this::add);
        since.forEach(this::add);
    }

    private void clear() {
        waiting = new ArrayList<>();
        ofSession = new HashMap<>();
        chars = 0;
    }

    synchronized void change(UnaryOperator<NewChatLine> change) {
        waiting.replaceAll(entry -> new PendingLine(entry.id(), change.apply(entry.line())));
    }

    /** Removes lines; returns how many. */
    synchronized int remove(Predicate<NewChatLine> which) {
        List<PendingLine> before = waiting;
        clear();
        for (PendingLine entry : before) {
            if (!which.test(entry.line())) {
                add(entry);
            }
        }
        return before.size() - waiting.size();
    }

    synchronized boolean any(Predicate<NewChatLine> which) {
        return waiting.stream().anyMatch(entry -> which.test(entry.line()));
    }

    /** How many were dropped since this was last asked. */
    synchronized long takeDropped() {
        long before = dropped;
        dropped = 0;
        return before;
    }
}
