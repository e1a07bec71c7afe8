package io.slipway.history;

import io.slipway.history.ChatLog.Line;
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
    record Entry(long id, Line line) {}

    private record Key(String accountId, String sessionId) {
        static Key of(Line line) {
            return new Key(line.accountId(), line.sessionId());
        }
    }

    private List<Entry> waiting = new ArrayList<>();
    private Map<Key, Integer> ofSession = new HashMap<>();
    private long chars;
    private long dropped;

    synchronized void add(Line line) {
        add(new Entry(0, line));
    }

    private void add(Entry entry) {
        Line line = entry.line();
        Key key = Key.of(line);
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
    List<Entry> take(Ids ids) {
        List<Entry> taken = takeAll();
        taken.replaceAll(entry -> entry.id() == 0 ? new Entry(ids.next(), entry.line()) : entry);
        return taken;
    }

    private synchronized List<Entry> takeAll() {
        List<Entry> taken = waiting;
        clear();
        return taken;
    }

    /** Takes back what could not be written, before what came since. */
    synchronized void putBack(List<Entry> entries) {
        List<Entry> since = waiting;
        clear();
        entries.forEach(this::add);
        since.forEach(this::add);
    }

    private void clear() {
        waiting = new ArrayList<>();
        ofSession = new HashMap<>();
        chars = 0;
    }

    synchronized void change(UnaryOperator<Line> change) {
        waiting.replaceAll(entry -> new Entry(entry.id(), change.apply(entry.line())));
    }

    /** Removes lines; returns how many. */
    synchronized int remove(Predicate<Line> which) {
        List<Entry> before = waiting;
        clear();
        for (Entry entry : before) {
            if (!which.test(entry.line())) {
                add(entry);
            }
        }
        return before.size() - waiting.size();
    }

    synchronized boolean any(Predicate<Line> which) {
        return waiting.stream().anyMatch(entry -> which.test(entry.line()));
    }

    /** How many were dropped since this was last asked. */
    synchronized long takeDropped() {
        long before = dropped;
        dropped = 0;
        return before;
    }
}
