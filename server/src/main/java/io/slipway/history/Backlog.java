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
 * Lines waiting to be written, in the order of arrival. Bounded; the excess is counted and dropped.
 * Thread-safe, and never blocks.
 */
final class Backlog {

    /** The output of 1,000 sessions with one line a second each, for 100 s. */
    static final int MAX_LINES = 100_000;

    /** At two bytes each, at most. */
    static final long MAX_CHARS = 8_000_000;

    /**
     * One session must not take the room of all others; no real one has so many lines in a minute.
     */
    static final int MAX_OF_SESSION = 100;

    /**
     * @param id assigned at the first attempt; it makes writing the line twice harmless
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

    /** Returns all lines and removes them. */
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

    /** Puts lines that could not be written back, before those that arrived since. */
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

    /** How many were dropped since the last call. */
    synchronized long takeDropped() {
        long before = dropped;
        dropped = 0;
        return before;
    }
}
