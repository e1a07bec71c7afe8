package io.slipway.device.profile;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.slipway.http.Json;
import io.slipway.protocol.Mac;
import io.slipway.protocol.ota.CheckIn;
import io.slipway.protocol.ota.Partition;
import io.slipway.protocol.socket.Battery;
import io.slipway.sql.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads of the registry for updates. */
final class ProfileStore {

    private static final String COLUMNS =
            """
            SELECT d.id, d.mac, d.account_id, d.agent_id, d.auto_update, d.channel, d.tags,
                   d.running_since, d.board, d.version, d.chip, d.elf, d.slot, d.facts, d.pair,
                   s.seen_at, d.proven, d.bound_at, s.rssi,
                   s.battery, s.charging, s.battery_at
            FROM device d LEFT JOIN device_seen s ON s.id = d.id
            """;

    /** Parsed facts are cached: most devices are of a few kinds. */
    private static final int KINDS = 200;

    // Parsing the text takes longer than reading the row.
    private static final LoadingCache<String, Reported> REPORTED =
            Caffeine.newBuilder().maximumSize(KINDS).build(Reported::read);

    private record Reported(
            int chipRevision, long flashSize, long psramSize, List<Partition> partitions) {

        static Reported read(String json) {
            JsonNode facts = Json.read(json);
            return new Reported(
                    facts.path("chipRevision").asInt(0),
                    facts.path("flashSize").asLong(0),
                    facts.path("psramSize").asLong(CheckIn.UNKNOWN),
                    List.copyOf(Profile.partitions(facts)));
        }
    }

    private ProfileStore() {}

    static List<Profile> byId(Tx tx, List<Long> ids) {
        return tx.in(COLUMNS + "WHERE d.id IN (<keys>)", ids, ProfileStore::profile);
    }

    /** Devices ordered by id. */
    static List<Profile> after(Tx tx, long id, int limit) {
        return tx.query(COLUMNS + "WHERE d.id > :id ORDER BY d.id LIMIT :limit")
                .bind("id", id)
                .bind("limit", limit)
                .map((row, context) -> profile(row))
                .list();
    }

    /** An account's devices ordered by id. */
    static List<Profile> of(Tx tx, String accountId, long after, int limit) {
        return tx.query(
                        COLUMNS
                                + """
                                WHERE d.account_id = :accountId AND d.id > :after
                                ORDER BY d.id LIMIT :limit
                                """)
                .bind("accountId", accountId)
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) -> profile(row))
                .list();
    }

    static List<Profile> byMac(Tx tx, String accountId, List<Mac> macs) {
        return macs.isEmpty()
                ? List.of()
                : tx.query(COLUMNS + "WHERE d.account_id = :account AND d.mac IN (<macs>)")
                        .bind("account", accountId)
                        .bindList("macs", macs.stream().map(Mac::bits).toList())
                        .map((row, context) -> profile(row))
                        .list();
    }

    static Map<Mac, Profiles.Holders> holders(Tx tx, List<Mac> macs) {
        var holders = new HashMap<Mac, Profiles.Holders>();
        tx.in(
                        "SELECT mac, count(*), max(account_id) FROM device WHERE mac IN (<keys>)"
                                + " GROUP BY mac",
                        macs.stream().map(Mac::bits).toList(),
                        row ->
                                Map.entry(
                                        new Mac(row.getLong(1)),
                                        new Profiles.Holders(row.getLong(2), row.getString(3))))
                .forEach(each -> holders.put(each.getKey(), each.getValue()));
        return holders;
    }

    static List<String> holdersOf(Tx tx, Mac mac, int most) {
        return tx.query(
                        """
                        SELECT DISTINCT account_id FROM device WHERE mac = :mac
                        ORDER BY account_id LIMIT :most
                        """)
                .bind("mac", mac.bits())
                .bind("most", most)
                .mapTo(String.class)
                .list();
    }

    /** The last check-ins of each, newest first. */
    static List<List<Long>> checkIns(Tx tx, List<Long> ids, long now) {
        return tx.in(
                "SELECT ring FROM device_seen WHERE id IN (<keys>)",
                ids,
                row -> CheckInTimes.times(row.getString(1), now));
    }

    private static Profile profile(ResultSet row) throws SQLException {
        // By index: reading by name would search for each column.
        String agent = row.getString(4);
        Reported facts = REPORTED.get(row.getString(14));
        return new Profile(
                row.getLong(1),
                new Mac(row.getLong(2)),
                new Profile.Owner(
                        row.getString(3), row.getString(15), row.getLong(17) == 1, row.getLong(18)),
                new Profile.UpdateChoices(
                        row.getLong(5) == 1,
                        agent == null ? "" : agent,
                        row.getString(6),
                        Profile.tags(row.getString(7))),
                row.getString(9),
                new CheckIn.Hardware(
                        row.getString(11),
                        facts.chipRevision(),
                        facts.flashSize(),
                        facts.psramSize(),
                        facts.partitions()),
                new Profile.RunningFirmware(
                        row.getString(10), row.getString(12), row.getString(13), row.getLong(8)),
                new Profile.LastCall(row.getLong(16), row.getInt(19), battery(row)));
    }

    private static @Nullable Battery battery(ResultSet row) throws SQLException {
        long at = row.getLong(22);
        return at == 0 ? null : new Battery(row.getInt(20), row.getLong(21) == 1, at);
    }
}
