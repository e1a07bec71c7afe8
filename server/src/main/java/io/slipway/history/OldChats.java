package io.slipway.history;

import io.slipway.history.ChatLog.NewChatLine;
import io.slipway.sql.Database;
import io.slipway.sql.Ids;
import io.slipway.sql.Plane;
import io.slipway.sql.Tx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Set;

/**
 * Takes over what another server has stored of conversations. A line's id is made from its time and
 * its number there, and a session's from its name, so that lists show both where their times
 * belong. A line is recognised by its number among those of its session: so taking the same again
 * changes nothing. Thread-safe; calls block.
 */
public final class OldChats {

    private static final int TAIL_BITS = 22;
    private static final long TAIL = (1L << TAIL_BITS) - 1;

    private final Database database;

    public OldChats(Database database) {
        this.database = database;
    }

    /**
     * A line of another server.
     *
     * @param line whose session's name no other server has, and which gets no other lines
     * @param number that no other line of that server has
     */
    public record OldLine(NewChatLine line, long number) {

        // Different for all lines of a session, unless it has some four million apart.
        long tail() {
            return number & TAIL;
        }

        // A line of another session may have it, and some of before 2025 do, which have no time.
        long wantedId() {
            return Ids.least(line.at()) | tail();
        }
    }

    /** How many of these are not stored; at most a few hundred. */
    public int missing(List<OldLine> lines) {
        return database.read(Plane.BACKGROUND, tx -> missing(tx, lines).size());
    }

    /**
     * Stores those that are not stored, in one transaction; at most a few hundred, whose agents
     * store history.
     *
     * @return how many were stored
     */
    public int add(List<OldLine> lines) {
        return database.write(
                Plane.BACKGROUND,
                tx -> {
                    ChatStore.lock(tx);
                    List<OldLine> missing = missing(tx, lines);
                    write(tx, missing);
                    return missing.size();
                });
    }

    // By number, and only within its own session: another account may have taken the same lines,
    // and a repeat may read their times in another time zone.
    private static List<OldLine> missing(Tx tx, List<OldLine> lines) {
        Map<Backlog.SessionKey, List<OldLine>> sessions = new LinkedHashMap<>();
        for (OldLine old : lines) {
            sessions.computeIfAbsent(Backlog.SessionKey.of(old.line()), first -> new ArrayList<>())
                    .add(old);
        }
        var missing = new ArrayList<OldLine>();
        sessions.values()
                .forEach(some -> {
                    NewChatLine first = some.getFirst().line();
                    // Numbers of one page are close to each other.
                    LongSummaryStatistics tails =
                            some.stream().mapToLong(OldLine::tail).summaryStatistics();
                    Set<Long> there =
                            ChatStore.named(tx, first.accountId(), first.sessionId())
                                    .map(session ->
                                            ChatStore.tails(
                                                    tx,
                                                    session,
                                                    TAIL,
                                                    tails.getMin(),
                                                    tails.getMax()))
                                    .orElseGet(HashSet::new);
                    some.stream().filter(line -> there.add(line.tail())).forEach(missing::add);
                });
        return missing;
    }

    // Those that other lines have already are a millisecond later, or several.
    private static List<Backlog.PendingLine> named(Tx tx, List<OldLine> lines) {
        Set<Long> used =
                new HashSet<>(
                        ChatStore.existing(
                                tx, lines.stream().map(OldLine::wantedId).distinct().toList()));
        var named = new ArrayList<Backlog.PendingLine>(lines.size());
        for (OldLine old : lines) {
            long id = old.wantedId();
            while (used.contains(id)
                    || (id != old.wantedId() && !ChatStore.existing(tx, List.of(id)).isEmpty())) {
                id += TAIL + 1;
            }
            used.add(id);
            named.add(new Backlog.PendingLine(id, old.line()));
        }
        return named;
    }

    private static void write(Tx tx, List<OldLine> lines) {
        Map<Backlog.SessionKey, List<Backlog.PendingLine>> sessions = new LinkedHashMap<>();
        for (Backlog.PendingLine entry : named(tx, lines)) {
            sessions.computeIfAbsent(
                            Backlog.SessionKey.of(entry.line()), first -> new ArrayList<>())
                    .add(entry);
        }
        var bytes = new HashMap<String, Long>();
        for (List<Backlog.PendingLine> entries : sessions.values()) {
            long from = entries.stream().mapToLong(entry -> entry.line().at()).min().orElse(0);
            long until = entries.stream().mapToLong(entry -> entry.line().at()).max().orElse(0);
            NewChatLine first = entries.getFirst().line();
            long session = HotChatStore.session(tx, id(tx, first, from), first, from, until);
            bytes.merge(first.accountId(), HotChatStore.insert(tx, session, entries), Long::sum);
        }
        bytes.forEach((account, more) -> HotChatStore.countAccount(tx, account, more));
    }

    // Of its time, so that it is older than the sessions here; another may have it already.
    private static long id(Tx tx, NewChatLine line, long from) {
        return ChatStore.named(tx, line.accountId(), line.sessionId())
                .orElseGet(() -> {
                    long id = Ids.least(from) | (line.sessionId().hashCode() & TAIL);
                    while (ChatStore.exists(tx, id)) {
                        id++;
                    }
                    return id;
                });
    }
}
