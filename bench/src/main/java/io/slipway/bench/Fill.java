package io.slipway.bench;

import io.slipway.account.Accounts;
import io.slipway.account.Audit;
import io.slipway.account.Caller;
import io.slipway.account.TestAccounts;
import io.slipway.activation.FilledCodes;
import io.slipway.activation.FilledPreregistrations;
import io.slipway.agent.AgentConfig;
import io.slipway.agent.Agents;
import io.slipway.cluster.Bus;
import io.slipway.device.FilledDevices;
import io.slipway.device.Pair;
import io.slipway.device.Pairs;
import io.slipway.keys.Keyring;
import io.slipway.keys.MasterKey;
import io.slipway.protocol.Mac;
import io.slipway.protocol.ota.CheckIn;
import io.slipway.protocol.ota.CheckInReader;
import io.slipway.sql.Database;
import io.slipway.sql.Ids;
import io.slipway.sql.Plane;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;

/**
 * Fills a store with devices, using the server's own code: the server finds what it would have
 * written itself, so that a check-in changes nothing and the steady state is measured.
 */
public final class Fill {

    /** Rows per transaction; nothing else uses the store meanwhile. */
    private static final int CHUNK = 5_000;

    /** The age of the devices; part of the key of a {@link Store.Filled}. */
    static final Duration SETTLED = Duration.ofHours(1);

    private final Database database;
    private final Fleet fleet;
    private final MasterKey master;
    private final Pairs pairs;
    private final Ids ids;
    private final InstantSource clock = InstantSource.system();

    /**
     * @param folder with {@code secret.key}, or where to create it
     */
    public Fill(Database database, Path folder, Fleet fleet) {
        this.database = database;
        this.fleet = fleet;
        this.master = MasterKey.inFolder(folder);
        this.pairs = new Pairs(new Keyring(database, master, clock));
        this.ids = new Ids(clock);
    }

    /** {@code count} bound devices of one account and agent. */
    void devices(int count, PrintStream out) {
        Caller owner = owner("bench");
        String agent = agent(owner);
        var devices = new FilledDevices(owner.accountId(), agent);
        long began = System.nanoTime();
        for (int from = 0; from < count; from += CHUNK) {
            int first = from;
            int end = Math.min(count, from + CHUNK);
            database.run(
                    Plane.BACKGROUND,
                    tx -> {
                        // Long enough ago that their builds are not new, and an update may reach
                        // them.
                        long now = clock.millis() - SETTLED.toMillis();
                        for (int index = first; index < end; index++) {
                            Mac mac = Fleet.mac(index);
                            devices.insert(tx, ids.next(), pair(mac), checkIn(mac), now);
                        }
                        devices.seen(tx);
                    });
            if (end % 100_000 == 0 || end == count) {
                out.printf(
                        "  %,d devices, %d s%n", end, (System.nanoTime() - began) / 1_000_000_000);
            }
        }
    }

    /** {@code count} unbound devices, each with a new code. */
    public void codes(int count) {
        for (int from = 0; from < count; from += CHUNK) {
            int first = from;
            int end = Math.min(count, from + CHUNK);
            database.run(
                    Plane.BACKGROUND,
                    tx -> {
                        long now = clock.millis();
                        for (int index = first; index < end; index++) {
                            Pair pair = pair(Fleet.mac(Fleet.PENDING + index));
                            FilledCodes.insert(tx, master, ids.next(), pair, index, now);
                        }
                    });
        }
    }

    /** {@code count} devices that a separate account and agent announced by MAC. */
    public void imported(int count) {
        Caller owner = owner("importer");
        String agent = agent(owner);
        var macs = new ArrayList<Mac>(count);
        for (int index = 0; index < count; index++) {
            macs.add(Fleet.mac(Fleet.IMPORTED + index));
        }
        macs.sort(Comparator.naturalOrder());
        for (int from = 0; from < count; from += CHUNK) {
            var chunk = macs.subList(from, Math.min(count, from + CHUNK));
            database.run(
                    Plane.BACKGROUND,
                    tx ->
                            FilledPreregistrations.insert(
                                    tx, ids, owner, agent, chunk, clock.millis()));
        }
    }

    private Caller owner(String name) {
        return TestAccounts.login(database, clock, name, true).caller();
    }

    private String agent(Caller owner) {
        var accounts = new Accounts(database, clock, () -> null);
        var audit = new Audit(database, ids, clock);
        var agents =
                new Agents(
                        () -> new AgentConfig(false, 1_000),
                        database,
                        new Bus.Local(),
                        ids,
                        clock,
                        accounts,
                        audit,
                        master);
        return agents.create(owner, empty -> empty).id();
    }

    private Pair pair(Mac mac) {
        return pairs.of(mac, Fleet.clientId(mac));
    }

    private CheckIn checkIn(Mac mac) {
        return CheckInReader.read(fleet.body(mac), Fleet.USER_AGENT, Fleet.LANGUAGE);
    }
}
