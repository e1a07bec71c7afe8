package io.slipway.device;

import io.slipway.http.Problem;
import io.slipway.protocol.FirmwareVersion;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import io.slipway.sql.Tx;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An account's devices in a chosen order, page by page after the last one shown. Orders within the
 * whole account use an index, for any number of devices. Those of an agent, tag or channel, and any
 * order by last seen, have none: up to {@value #MOST} are sorted for each page, and more are
 * refused. An index for each would cost every bind and update, and one for last seen would make
 * those writes several times as expensive. Thread-safe; calls block.
 */
final class SortedList {

    /** The maximum number of devices sorted for a page. */
    static final int MOST = 10_000;

    /** An account with more versions than this gets them in text order. */
    static final int VERSIONS = 300;

    private final Database database;

    SortedList(Database database) {
        this.database = database;
    }

    /**
     * A request for a page.
     *
     * @param field {@code agent}, {@code tag} or {@code channel} that {@code value} is of; null for
     *     the whole account
     * @param cursor of {@link #cursor}, null for the first page
     */
    record ListRequest(
            String accountId,
            @Nullable String field,
            String value,
            DeviceOrder order,
            boolean down,
            @Nullable String cursor,
            int limit) {

        /** Whether an index has this order. */
        boolean indexed() {
            return field == null && order != DeviceOrder.SEEN;
        }
    }

    /** Where a page begins: after the device with this id and key. */
    record ListPosition(long id, String key) {

        static ListPosition of(String cursor) {
            int colon = cursor.indexOf(':');
            // PostgreSQL can't compare with NUL.
            if (cursor.indexOf('\0') >= 0) {
                throw bad();
            }
            try {
                return new ListPosition(
                        Long.parseLong(cursor.substring(0, Math.max(0, colon)), 36),
                        cursor.substring(colon + 1));
            } catch (NumberFormatException e) {
                throw bad();
            }
        }

        long number() {
            try {
                return Long.parseLong(key);
            } catch (NumberFormatException e) {
                throw bad();
            }
        }

        private static Problem bad() {
            return new Problem(400, "游标无效", "Bad cursor");
        }
    }

    /**
     * A consecutive part of an order, read by one index scan. To find the id where a page begins,
     * SQLite scans all rows with the same key, so those are a separate part.
     *
     * @param key that the rows of SAME have, and those of BEYOND come after
     */
    record ListPart(PartKind kind, String key) {

        enum PartKind {
            ALL,
            SAME,
            BEYOND,
            /** Without an alias. */
            NAMELESS
        }

        static final ListPart ALL = new ListPart(PartKind.ALL, "");
        static final ListPart NAMELESS = new ListPart(PartKind.NAMELESS, "");

        static ListPart same(String key) {
            return new ListPart(PartKind.SAME, key);
        }

        static ListPart beyond(String key) {
            return new ListPart(PartKind.BEYOND, key);
        }
    }

    /** Where the page after {@code last} begins. */
    static String cursor(DeviceOrder order, Device last) {
        return Long.toString(last.id(), 36) + ":" + order.key(last);
    }

    /**
     * A page.
     *
     * @throws Problem 400 when there are too many to sort, or for a bad cursor
     */
    List<Device> page(ListRequest wanted) {
        String cursor = wanted.cursor();
        ListPosition after = cursor == null ? null : ListPosition.of(cursor);
        return database.read(Plane.CONSOLE, tx -> page(tx, wanted, after));
    }

    private static List<Device> page(Tx tx, ListRequest wanted, @Nullable ListPosition after) {
        if (!wanted.indexed() && SortedStore.count(tx, wanted, MOST + 1) > MOST) {
            throw tooMany(wanted);
        }
        var found = new ArrayList<Device>();
        ListPosition from = after;
        for (ListPart part : parts(tx, wanted, after)) {
            int room = wanted.limit() - found.size();
            if (room == 0) {
                break;
            }
            found.addAll(SortedStore.page(tx, wanted, part, from, room));
            from = null;
        }
        return found;
    }

    /** In their order, from the part that {@code after} is in. */
    private static List<ListPart> parts(Tx tx, ListRequest wanted, @Nullable ListPosition after) {
        return switch (wanted.order()) {
            case MAC, SEEN, BOUND -> List.of(ListPart.ALL);
            case BOARD -> behind(after);
            case ALIAS -> {
                var parts = new ArrayList<ListPart>();
                if (after == null || !after.key().isEmpty()) {
                    parts.addAll(behind(after));
                }
                parts.add(ListPart.NAMELESS);
                yield parts;
            }
            case VERSION -> versions(tx, wanted, after);
        };
    }

    private static List<ListPart> behind(@Nullable ListPosition after) {
        return after == null
                ? List.of(ListPart.ALL)
                : List.of(ListPart.same(after.key()), ListPart.beyond(after.key()));
    }

    private static List<ListPart> versions(
            Tx tx, ListRequest wanted, @Nullable ListPosition after) {
        List<String> all = SortedStore.versions(tx, wanted, VERSIONS + 1);
        if (all.size() > VERSIONS) {
            return behind(after);
        }
        Comparator<String> up = SortedList::compareVersions;
        Comparator<String> order = wanted.down() ? up.reversed() : up;
        var parts = new ArrayList<ListPart>();
        if (after != null) {
            // Even if the last device of its version has changed its version meanwhile.
            parts.add(ListPart.same(after.key()));
        }
        all.stream()
                .filter(version -> after == null || order.compare(version, after.key()) > 0)
                .sorted(order)
                .forEach(version -> parts.add(ListPart.same(version)));
        return parts;
    }

    /** Numerically; what can't be parsed comes last. */
    static int compareVersions(String one, String other) {
        Optional<FirmwareVersion> first = FirmwareVersion.parse(one);
        Optional<FirmwareVersion> second = FirmwareVersion.parse(other);
        int order =
                first.isPresent() && second.isPresent()
                        ? first.get().compareTo(second.get())
                        : Boolean.compare(first.isEmpty(), second.isEmpty());
        return order == 0 ? one.compareTo(other) : order;
    }

    private static Problem tooMany(ListRequest wanted) {
        return wanted.field() == null
                ? Problem.field(
                        "sort",
                        "设备超过 " + MOST + " 台时不能按最后在线时间排序；请先按智能体、标签或通道筛选",
                        "more than "
                                + MOST
                                + " devices can't be sorted by when they were last seen: filter"
                                + " by agent, tag or channel first")
                : Problem.field(
                        "sort",
                        "筛选出的设备超过 " + MOST + " 台，不能排序；请去掉排序或筛选",
                        "more than "
                                + MOST
                                + " devices match, which can't be sorted: remove the sort order"
                                + " or the filter");
    }
}
