package io.slipway.activation;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.slipway.account.Audit;
import io.slipway.account.Caller;
import io.slipway.agent.Agents;
import io.slipway.http.Problem;
import io.slipway.http.schema.Described;
import io.slipway.keys.MasterKey;
import io.slipway.lists.MacSpelling;
import io.slipway.lists.SerialSpelling;
import io.slipway.protocol.Mac;
import io.slipway.sql.Chunks;
import io.slipway.sql.Database;
import io.slipway.sql.Ids;
import io.slipway.sql.Plane;
import io.slipway.sql.StoreException;
import io.slipway.sql.Tx;
import io.slipway.work.Listeners;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Announces devices before their first check-in, in bulk (decisions D3, D13). Thread-safe. */
public final class Preregistrations {

    /** The maximum number of MACs, or of serial numbers, per request. */
    public static final int MAX_ITEMS = 100_000;

    private static final int CHUNK = 500;
    private static final String EXISTS = "已存在";

    /**
     * A serial number and the key that proves it.
     *
     * @param key null for a serial number that is accepted without proof
     * @param ascii whether the key's characters are the key itself, not the bytes they spell in hex
     */
    public record AnnouncedSerial(String number, @Nullable String key, boolean ascii) {}

    /**
     * @param value as submitted
     */
    public record FailedItem(@Described("如所发送 · as submitted") String value, String reason) {}

    public record ImportResult(
            @JsonProperty("success_count") int succeeded, List<FailedItem> failed) {}

    private final Database database;
    private final Ids ids;
    private final InstantSource clock;
    private final Supplier<ActivationConfig> config;
    private final Agents agents;
    private final Audit audit;
    private final MasterKey master;
    private final Listeners<BiConsumer<String, String>> changed =
            new Listeners<>("pre-registrations have changed");

    private record AnnouncedItem(
            String value, @Nullable Mac mac, @Nullable String serial, @Nullable String key) {}

    public Preregistrations(
            Database database,
            Ids ids,
            InstantSource clock,
            Supplier<ActivationConfig> config,
            Agents agents,
            Audit audit,
            MasterKey master) {
        this.database = database;
        this.ids = ids;
        this.clock = clock;
        this.config = config;
        this.agents = agents;
        this.audit = audit;
        this.master = master;
    }

    /** Registers a listener for changes, by account and agent, once they are durable. */
    public void whenChanged(BiConsumer<String, String> listener) {
        changed.add(listener);
    }

    /** Announces devices; failures are itemised, the rest succeeds. */
    public ImportResult add(
            Caller caller, String agentId, List<String> macs, List<AnnouncedSerial> serials) {
        // A serial number without a key is accepted like a MAC, and is sequential like one.
        boolean guessable = !macs.isEmpty() || serials.stream().anyMatch(s -> s.key() == null);
        if (guessable) {
            requireTrust(caller);
        }
        var failed = new ArrayList<FailedItem>();
        List<AnnouncedItem> items = new ArrayList<>();
        var seen = new HashSet<Object>();
        for (String text : macs) {
            Optional<Mac> mac = MacSpelling.parse(text);
            if (mac.isEmpty()) {
                failed.add(new FailedItem(text, "MAC 地址格式错误"));
            } else if (!mac.get().individual()) {
                failed.add(new FailedItem(text, "该 MAC 不属于单一设备"));
            } else if (!seen.add(mac.get())) {
                failed.add(new FailedItem(text, EXISTS));
            } else {
                items.add(new AnnouncedItem(text, mac.get(), null, null));
            }
        }
        for (AnnouncedSerial serial : serials) {
            serial(serial, items, failed, seen);
        }
        // In the index's order, with increasing ids: neighbours share pages (decisions D13).
        items.sort(
                Comparator.comparing(
                                AnnouncedItem::mac, Comparator.nullsLast(Comparator.naturalOrder()))
                        .thenComparing(
                                AnnouncedItem::serial,
                                Comparator.nullsLast(Comparator.naturalOrder())));
        int done = write(caller, agentId, items, failed);
        return new ImportResult(done, failed);
    }

    /**
     * A device to be announced under a name.
     *
     * @param alias at most {@link io.slipway.device.Device#MAX_ALIAS} characters; {@code ""} for
     *     none
     */
    public record AliasedMac(Mac mac, String alias) {}

    /** Whether an account has a device of a MAC already. */
    public enum MacStanding {
        UNKNOWN,
        /** Bound to another account, or announced for it, and not to this one. */
        ELSEWHERE,
        WAITING,
        BOUND
    }

    /** How an account's devices of some MACs stand; for all of them. */
    public Map<Mac, MacStanding> standings(String accountId, Collection<Mac> macs) {
        return database.read(
                Plane.BACKGROUND, tx -> PreregistrationStore.standings(tx, accountId, macs));
    }

    /**
     * Announces an account's devices in one transaction, for the operator at the command line, who
     * needs no trust and is not in the audit for each of them.
     *
     * @param importId 32 lower-case hex digits, growing with time; several calls may add to one
     * @param devices at most a few hundred
     * @return those that were not there already
     * @throws Problem 404 if the account has no such agent
     */
    public Set<Mac> announce(
            String accountId, String agentId, String importId, List<AliasedMac> devices) {
        List<AliasedMac> sorted =
                devices.stream().sorted(Comparator.comparing(AliasedMac::mac)).toList();
        return database.write(
                Plane.BACKGROUND,
                tx -> {
                    agents.require(tx, accountId, agentId);
                    long now = clock.millis();
                    var rows = new ArrayList<Preregistration>(sorted.size());
                    for (AliasedMac device : sorted) {
                        var what =
                                new Preregistration.Announced(
                                        device.mac(), null, null, device.alias());
                        rows.add(
                                new Preregistration(
                                        ids.next(), accountId, agentId, what, false, now));
                    }
                    boolean[] inserted = PreregistrationStore.insert(tx, rows, importId);
                    var made = new HashSet<Mac>();
                    for (int i = 0; i < inserted.length; i++) {
                        if (inserted[i]) {
                            made.add(sorted.get(i).mac());
                        }
                    }
                    if (!made.isEmpty()) {
                        ImportStore.add(tx, importId, accountId, agentId, made.size(), now);
                    }
                    return made;
                });
    }

    /** Requires that the caller may claim devices by publicly known identifiers. */
    void requireTrust(Caller caller) {
        if (!config.get().preregisterAll() && !caller.trusted() && !caller.admin()) {
            throw new Problem(
                    403,
                    "开放注册时，只有受信任的账号可以按 MAC 或无密钥的序列号批量导入：请管理员信任您的账号，或改用激活码",
                    "While registration is open, only trusted accounts may import MAC addresses"
                            + " or serial numbers without keys: ask an administrator to trust"
                            + " your account, or use activation codes");
        }
    }

    /** Notifies listeners that an agent's announcements have changed. */
    void changed(String accountId, String agentId) {
        changed.tell(listener -> listener.accept(accountId, agentId));
    }

    private void serial(
            AnnouncedSerial serial,
            List<AnnouncedItem> items,
            List<FailedItem> failed,
            Set<Object> seen) {
        Optional<String> read = SerialSpelling.parse(serial.number());
        if (read.isEmpty()) {
            failed.add(new FailedItem(serial.number(), "序列号格式错误"));
            return;
        }
        String number = read.get();
        String sealed = null;
        String key = serial.key();
        if (key != null) {
            byte[] bytes = key(key, serial.ascii());
            if (bytes.length < 16 || bytes.length > 64) {
                failed.add(new FailedItem(serial.number(), "密钥应为 16 到 64 字节"));
                return;
            }
            sealed = master.seal("serial", bytes);
        }
        if (seen.add(number)) {
            items.add(new AnnouncedItem(serial.number(), null, number, sealed));
        } else {
            failed.add(new FailedItem(serial.number(), EXISTS));
        }
    }

    private static byte[] key(String key, boolean ascii) {
        if (ascii) {
            return key.getBytes(StandardCharsets.UTF_8);
        }
        try {
            return HexFormat.of().parseHex(key);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    private int write(
            Caller caller, String agentId, List<AnnouncedItem> items, List<FailedItem> failed) {
        database.read(Plane.CONSOLE, tx -> agents.require(tx, caller.accountId(), agentId));
        String importId = ids.hex();
        int done = 0;
        int at = 0;
        try {
            for (; at < items.size(); at += CHUNK) {
                var chunk = items.subList(at, Math.min(items.size(), at + CHUNK));
                boolean[] inserted =
                        database.write(
                                Plane.BACKGROUND,
                                tx -> insert(tx, caller, agentId, importId, chunk));
                for (int i = 0; i < inserted.length; i++) {
                    if (inserted[i]) {
                        done++;
                    } else {
                        failed.add(new FailedItem(chunk.get(i).value(), EXISTS));
                    }
                }
            }
        } catch (StoreException e) {
            if (at == 0) {
                throw e;
            }
            // What is committed stays, so the rest is listed as failed instead of failing the whole
            // request.
            for (AnnouncedItem item : items.subList(at, items.size())) {
                failed.add(new FailedItem(item.value(), "数据库繁忙，请重试"));
            }
        }
        int total = done;
        if (total > 0) {
            changed(caller.accountId(), agentId);
            database.run(
                    Plane.CONSOLE,
                    tx -> audit.record(tx, caller, "preregister", agentId, total + " devices"));
        }
        return done;
    }

    private boolean[] insert(
            Tx tx, Caller caller, String agentId, String importId, List<AnnouncedItem> chunk) {
        // The agent may have been deleted since the last chunk.
        agents.require(tx, caller.accountId(), agentId);
        long now = clock.millis();
        var rows = new ArrayList<Preregistration>(chunk.size());
        for (AnnouncedItem item : chunk) {
            rows.add(
                    new Preregistration(
                            ids.next(),
                            caller.accountId(),
                            agentId,
                            new Preregistration.Announced(
                                    item.mac(), item.serial(), item.key(), ""),
                            false,
                            now));
        }
        boolean[] inserted = PreregistrationStore.insert(tx, rows, importId);
        int some = 0;
        for (boolean each : inserted) {
            some += each ? 1 : 0;
        }
        if (some > 0) {
            ImportStore.add(tx, importId, caller.accountId(), agentId, some, now);
        }
        return inserted;
    }

    /** An agent's, oldest first, after {@code after}. */
    List<Preregistration> page(Caller caller, String agentId, long after, int limit) {
        return database.read(
                Plane.CONSOLE,
                tx -> {
                    agents.require(tx, caller.accountId(), agentId);
                    return PreregistrationStore.page(tx, agentId, after, limit);
                });
    }

    /** The caller's own for a MAC; 404 for other accounts'. */
    Preregistration of(Caller caller, Mac mac) {
        return database.read(Plane.CONSOLE, tx -> require(tx, caller, mac));
    }

    void delete(Caller caller, Mac mac) {
        database.run(
                Plane.CONSOLE,
                tx -> {
                    Preregistration removed = require(tx, caller, mac);
                    PreregistrationStore.delete(tx, removed.id());
                    tx.afterCommit(() -> changed(caller.accountId(), removed.agentId()));
                    audit.record(tx, caller, "preregister.delete", mac.toString(), "");
                });
    }

    private static Preregistration require(Tx tx, Caller caller, Mac mac) {
        return PreregistrationStore.own(tx, caller.accountId(), mac)
                .orElseThrow(() -> Problem.notFound("预注册记录不存在", "Not pre-registered"));
    }

    /** Deletes all announcements of a deleted agent, 500 per transaction. */
    public void forgetAgent(String agentId) {
        Chunks.delete(
                database, (tx, limit) -> PreregistrationStore.forgetAgent(tx, agentId, limit));
    }
}
