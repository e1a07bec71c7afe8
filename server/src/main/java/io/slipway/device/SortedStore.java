package io.slipway.device;

import io.slipway.device.SortedList.ListPart;
import io.slipway.device.SortedList.ListPosition;
import io.slipway.device.SortedList.ListRequest;
import io.slipway.protocol.Mac;
import io.slipway.sql.Tx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The table {@code device} in orders other than by id. */
final class SortedStore {

    private SortedStore() {}

    /** How many there are to sort, counted up to {@code most}, from an index. */
    static long count(Tx tx, ListRequest wanted, int most) {
        return tx.query("SELECT count(*) FROM (" + members(wanted) + " LIMIT :most) m")
                .bindMap(named(wanted))
                .bind("most", most)
                .mapTo(Long.class)
                .one();
    }

    static List<Device> page(
            Tx tx, ListRequest wanted, ListPart part, @Nullable ListPosition after, int limit) {
        var bind = new HashMap<String, Object>(named(wanted));
        String where = keyset(wanted, part, after, bind);
        String order = order(wanted, part);
        if (wanted.indexed()) {
            where = "WHERE d.account_id = :account" + where + order;
        } else {
            // Sorts ids and keys only: whole rows would be ten times the data. The inner limit is
            // never reached; it keeps the database from flattening the query.
            bind.put("most", SortedList.MOST);
            where =
                    "WHERE d.id IN (SELECT d.id FROM "
                            + keyed(wanted)
                            + " WHERE 1 = 1"
                            + where
                            + order
                            + " LIMIT :limit)"
                            + order;
        }
        return DeviceStore.page(tx, new DeviceQuery(wanted.accountId(), where, bind, limit));
    }

    /** Distinct versions, at most {@code most}. */
    static List<String> versions(Tx tx, ListRequest wanted, int most) {
        if (!wanted.indexed()) {
            return tx.query(
                            "SELECT DISTINCT d.version FROM ("
                                    + members(wanted)
                                    + ") m JOIN device d ON d.id = m.id LIMIT :most")
                    .bindMap(named(wanted))
                    .bind("most", most)
                    .mapTo(String.class)
                    .list();
        }
        // Skips from one value to the next in the index, without reading the devices in between.
        var found = new ArrayList<String>();
        Optional<String> next = Optional.of("");
        while (next.isPresent() && found.size() < most) {
            String from = next.get();
            next =
                    tx.query(
                                    """
                                    SELECT version FROM device
                                    WHERE account_id = :account AND version %s :from
                                    ORDER BY version LIMIT 1
                                    """
                                            .formatted(found.isEmpty() ? ">=" : ">"))
                            .bind("account", wanted.accountId())
                            .bind("from", from)
                            .mapTo(String.class)
                            .findFirst();
            next.ifPresent(found::add);
        }
        return found;
    }

    // With no more than the ids and the sort key: each further look-up of a row would double the
    // cost.
    private static String keyed(ListRequest wanted) {
        String some = "(" + members(wanted) + " LIMIT :most)";
        return switch (wanted.order()) {
            case BOUND -> some + " d";
            case SEEN -> some + " d LEFT JOIN device_seen s ON s.id = d.id";
            case MAC, ALIAS, BOARD, VERSION -> some + " m JOIN device d ON d.id = m.id";
        };
    }

    // The ids to be sorted.
    private static String members(ListRequest wanted) {
        String field = wanted.field();
        return switch (field) {
            case null -> "SELECT id FROM device WHERE account_id = :account";
            case "agent" ->
                    "SELECT id FROM device WHERE account_id = :account AND agent_id = :value";
            case "tag" ->
                    "SELECT device AS id FROM device_tag"
                            + " WHERE account_id = :account AND tag = :value";
            default ->
                    "SELECT id FROM device WHERE account_id = :account AND channel = :value"
                            + " AND channel <> ''";
        };
    }

    private static Map<String, Object> named(ListRequest wanted) {
        var bind = new HashMap<String, Object>();
        bind.put("account", wanted.accountId());
        if (wanted.field() != null) {
            bind.put("value", wanted.value());
        }
        return bind;
    }

    private static String keyset(
            ListRequest wanted,
            ListPart part,
            @Nullable ListPosition after,
            Map<String, Object> bind) {
        DeviceOrder order = wanted.order();
        String beyond = down(wanted, part) ? " < " : " > ";
        var where = new StringBuilder();
        switch (part.kind()) {
            case ALL -> {
                if (order == DeviceOrder.ALIAS) {
                    where.append(" AND d.alias_key <> ''");
                }
                if (after != null) {
                    where.append(behind(order, beyond, after, bind));
                }
            }
            case SAME -> {
                where.append(" AND " + order.column() + " = :key");
                where.append(order == DeviceOrder.ALIAS ? " AND d.alias_key <> ''" : "");
                bind.put("key", part.key());
            }
            case BEYOND -> {
                where.append(" AND " + order.column() + beyond + ":key");
                where.append(order == DeviceOrder.ALIAS ? " AND d.alias_key <> ''" : "");
                bind.put("key", part.key());
            }
            case NAMELESS -> where.append(" AND d.alias_key = ''");
        }
        if (byId(part) && after != null) {
            where.append(" AND d.id" + beyond + ":id");
            bind.put("id", after.id());
        }
        return where.toString();
    }

    private static String behind(
            DeviceOrder order, String beyond, ListPosition after, Map<String, Object> bind) {
        bind.put("key", after.number());
        String tie = order.tie();
        if (tie == null) {
            return " AND " + order.column() + beyond + ":key";
        }
        boolean alone = order == DeviceOrder.MAC && new Mac((Long) after.number()).individual();
        bind.put("id", alone ? 0L : after.id());
        return " AND (" + order.column() + ", " + tie + ")" + beyond + "(:key, :id)";
    }

    private static String order(ListRequest wanted, ListPart part) {
        String down = down(wanted, part) ? " DESC" : "";
        DeviceOrder order = wanted.order();
        if (byId(part) || order == DeviceOrder.BOUND) {
            return " ORDER BY d.id" + down;
        }
        String tie = order.tie();
        return " ORDER BY " + order.column() + down + (tie == null ? "" : ", " + tie + down);
    }

    private static boolean byId(ListPart part) {
        return switch (part.kind()) {
            case SAME, NAMELESS -> true;
            case ALL, BEYOND -> false;
        };
    }

    // Devices without an alias come last, by age, in either direction.
    private static boolean down(ListRequest wanted, ListPart part) {
        return wanted.down() && part.kind() != ListPart.PartKind.NAMELESS;
    }
}
