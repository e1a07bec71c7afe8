package io.slipway.device.seen;

import io.slipway.http.schema.Described;
import io.slipway.protocol.Mac;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import io.slipway.sql.Tx;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Statistics of devices. Each call reads all of an account's devices, from an index where there is
 * one: up to half a second for a million, so frequent callers must cache the result. A null account
 * stands for all. Thread-safe; calls block.
 */
public final class DeviceCounts {

    /** The attributes by which devices can be counted. */
    public enum CountedBy {
        BOARD,
        VERSION;

        /** The indexed column of {@code device}. */
        String column() {
            return this == BOARD ? "board_key" : "version";
        }
    }

    /** How many have this value; {@code ""} for all that are not named. */
    public record ValueCount(@Described("空为其余 · empty for the rest") String value, long count) {}

    /** Check-ins of one value, one number for each hour. */
    public record Series(@Described("空为其余 · empty for the rest") String value, List<Long> counts) {}

    /**
     * Hourly check-ins.
     *
     * @param first hour, in hours since the epoch
     * @param hours how many
     */
    public record Hours(long first, int hours, List<Series> series) {}

    private static final long HOUR = 3_600_000;
    private static final int CHUNK = 50_000;

    private final Database database;

    public DeviceCounts(Database database) {
        this.database = database;
    }

    /** How many devices there are. */
    public long all(@Nullable String accountId) {
        return database.read(Plane.CONSOLE, tx -> CountStore.all(tx, accountId));
    }

    /**
     * How many were seen at {@code since} or later, epoch ms; lags by seconds. Counted in parts, so
     * that other reads can run in between.
     */
    public long seen(@Nullable String accountId, long since) {
        long total = 0;
        CountStore.SeenChunk part = new CountStore.SeenChunk(0, CHUNK, 0);
        while (part.devices() == CHUNK) {
            long after = part.last();
            part =
                    database.read(
                            Plane.CONSOLE,
                            tx -> CountStore.seen(tx, accountId, since, after, CHUNK));
            total += part.seen();
        }
        return total;
    }

    /**
     * How many there are with each value, the most frequent first; {@code most} values and the
     * rest.
     */
    public List<ValueCount> by(@Nullable String accountId, CountedBy what, int most) {
        List<ValueCount> all =
                database.read(Plane.CONSOLE, tx -> CountStore.by(tx, accountId, what));
        var named = new ArrayList<ValueCount>();
        long rest = 0;
        for (ValueCount each : all) {
            if (each.value().isEmpty() || named.size() == most) {
                rest += each.count();
            } else {
                named.add(each);
            }
        }
        if (rest > 0) {
            named.add(new ValueCount("", rest));
        }
        return List.copyOf(named);
    }

    /**
     * Hourly check-ins of all accounts' bound devices, for the {@code most} most frequent boards or
     * versions and the rest together.
     *
     * @param until epoch ms; its hour is the last one, and incomplete
     */
    public Hours checkIns(CountedBy what, long until, int hours, int most) {
        long first = until / HOUR - hours + 1;
        List<CountStore.HourCount> cells =
                database.read(
                        Plane.CONSOLE,
                        tx -> {
                            var top = CountStore.frequent(tx, what, first, most);
                            return CountStore.hours(tx, what, first, top);
                        });
        var series = new LinkedHashMap<String, long[]>();
        for (CountStore.HourCount cell : cells) {
            long[] counts = series.computeIfAbsent(cell.value(), made -> new long[hours]);
            int at = (int) (cell.hour() - first);
            // Another node's clock may be ahead.
            counts[Math.clamp(at, 0, hours - 1)] += cell.count();
        }
        return new Hours(first, hours, ranked(series));
    }

    /** How many devices an account has. */
    public static long of(Tx tx, String accountId) {
        return CountStore.all(tx, accountId);
    }

    /**
     * Devices from one network that other pairs contest.
     *
     * @param mac of one of them
     */
    public record Contested(String from, long devices, Mac mac) {}

    /** An account's contested devices by network, for at most this many networks. */
    public List<Contested> contested(String accountId, int most) {
        return database.read(Plane.CONSOLE, tx -> CountStore.contestedOf(tx, accountId, most));
    }

    private static List<Series> ranked(Map<String, long[]> series) {
        var sums = new HashMap<String, Long>();
        series.forEach((value, counts) -> sums.put(value, Arrays.stream(counts).sum()));
        return series.entrySet().stream()
                .map(entry -> new Series(entry.getKey(), boxed(entry.getValue())))
                // The rest comes last, regardless of its size.
                .sorted(
                        Comparator.comparing((Series each) -> each.value().isEmpty())
                                .thenComparing(each -> -sums.getOrDefault(each.value(), 0L))
                                .thenComparing(Series::value))
                .toList();
    }

    private static List<Long> boxed(long[] counts) {
        return Arrays.stream(counts).boxed().toList();
    }
}
