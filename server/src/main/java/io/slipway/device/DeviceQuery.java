package io.slipway.device;

import io.slipway.http.Problem;
import io.slipway.lists.MacSpelling;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One page of an account's devices, always by an index.
 *
 * @param where clause and order, over the device {@code d}
 */
record DeviceQuery(String accountId, String where, Map<String, Object> parameters, int limit) {

    /** The field whose prefix is searched for. */
    enum SearchField {
        MAC,
        ALIAS,
        BOARD,
        VERSION
    }

    /** All of an account, or of one of its agents, newest first. */
    static DeviceQuery all(
            String accountId, @Nullable String agentId, @Nullable String cursor, int limit) {
        var bind = new HashMap<String, Object>();
        String where = "WHERE d.account_id = :account";
        if (agentId != null) {
            where += " AND d.agent_id = :agent";
            bind.put("agent", agentId);
        }
        if (cursor != null) {
            where += " AND d.id < :id";
            bind.put("id", id(cursor));
        }
        return new DeviceQuery(accountId, where + " ORDER BY d.id DESC", bind, limit);
    }

    /** Those with a tag, newest first. */
    static DeviceQuery tagged(String accountId, String tag, @Nullable String cursor, int limit) {
        var bind = new HashMap<String, Object>();
        bind.put("tag", tag);
        bind.put("id", cursor == null ? Long.MAX_VALUE : id(cursor));
        // The inner limit restricts it to one page of the index.
        String where =
                """
                WHERE d.id IN
                    (SELECT t.device FROM device_tag t
                     WHERE t.account_id = :account AND t.tag = :tag AND t.device < :id
                     ORDER BY t.device DESC LIMIT :limit)
                ORDER BY d.id DESC\
                """;
        return new DeviceQuery(accountId, where, bind, limit);
    }

    /** Those in a channel, newest first. */
    static DeviceQuery inChannel(
            String accountId, String channel, @Nullable String cursor, int limit) {
        var bind = new HashMap<String, Object>();
        bind.put("channel", channel);
        bind.put("id", cursor == null ? Long.MAX_VALUE : id(cursor));
        // Repeats the condition of the index, which has only devices with a channel.
        String where =
                """
                WHERE d.account_id = :account AND d.channel = :channel AND d.channel <> ''
                    AND d.id < :id
                ORDER BY d.id DESC\
                """;
        return new DeviceQuery(accountId, where, bind, limit);
    }

    /** Devices whose field starts with {@code text}, in the field's order. */
    static DeviceQuery by(
            SearchField field, String accountId, String text, @Nullable String cursor, int limit) {
        return field == SearchField.MAC
                ? byMac(accountId, text, cursor, limit)
                : byText(field, accountId, text, cursor, limit);
    }

    /** The cursor of the page after {@code last}. */
    static String cursor(@Nullable SearchField field, Device last) {
        String key =
                switch (field) {
                    case null -> "";
                    case MAC -> last.mac().individual() ? "0" : Long.toString(last.id());
                    case ALIAS -> SearchKey.of(last.choices().alias());
                    case BOARD -> SearchKey.of(last.report().board());
                    case VERSION -> last.report().version();
                };
        return Long.toString(field == SearchField.MAC ? last.mac().bits() : last.id(), 36)
                + ":"
                + key;
    }

    /** The cursor of the first page of devices whose field starts with {@code text}. */
    static String before(SearchField field, String text) {
        return "-1:" + (field == SearchField.MAC ? "" : key(field, text));
    }

    private static String key(SearchField field, String text) {
        return field == SearchField.VERSION ? text.strip() : SearchKey.of(text);
    }

    private static DeviceQuery byMac(
            String accountId, String text, @Nullable String cursor, int limit) {
        String hex = MacSpelling.prefix(text);
        boolean fits = !hex.isEmpty();
        var bind = new HashMap<String, Object>();
        // A prefix of a number: the range from all zeros to all ones.
        long low = fits ? Long.parseLong((hex + "000000000000").substring(0, 12), 16) : 1;
        long high = fits ? Long.parseLong((hex + "ffffffffffff").substring(0, 12), 16) : 0;
        bind.put("low", low);
        bind.put("high", high);
        String where = "WHERE d.account_id = :account AND d.mac >= :low AND d.mac <= :high";
        if (cursor != null && !cursor.endsWith(":")) {
            where += " AND (d.mac, d.twin) > (:mac, :twin)";
            bind.put("mac", id(cursor));
            bind.put("twin", twin(cursor));
        }
        return new DeviceQuery(accountId, where + " ORDER BY d.mac, d.twin", bind, limit);
    }

    private static DeviceQuery byText(
            SearchField field, String accountId, String text, @Nullable String cursor, int limit) {
        String column =
                switch (field) {
                    case ALIAS -> "d.alias_key";
                    case BOARD -> "d.board_key";
                    case VERSION -> "d.version";
                    case MAC -> throw new IllegalArgumentException();
                };
        String key = key(field, text);
        var bind = new HashMap<String, Object>();
        bind.put("end", SearchKey.end(key));
        String where = "WHERE d.account_id = :account AND " + column + " < :end";
        if (field == SearchField.ALIAS) {
            where += " AND d.alias_key <> ''";
        }
        if (cursor == null) {
            where += " AND " + column + " >= :start";
            bind.put("start", key);
        } else {
            where += " AND (" + column + ", d.id) > (:start, :id)";
            bind.put("start", cursor.substring(cursor.indexOf(':') + 1));
            bind.put("id", id(cursor));
        }
        return new DeviceQuery(accountId, where + " ORDER BY " + column + ", d.id", bind, limit);
    }

    /** The id that a page of {@link #all} comes before. */
    static long before(@Nullable String cursor) {
        return cursor == null ? Long.MAX_VALUE : id(cursor);
    }

    private static long id(String cursor) {
        try {
            return Long.parseLong(cursor.substring(0, cursor.indexOf(':')), 36);
        } catch (NumberFormatException | StringIndexOutOfBoundsException e) {
            throw new Problem(400, "游标无效", "Bad cursor");
        }
    }

    private static long twin(String cursor) {
        try {
            return Long.parseLong(cursor.substring(cursor.indexOf(':') + 1));
        } catch (NumberFormatException e) {
            throw new Problem(400, "游标无效", "Bad cursor");
        }
    }
}
