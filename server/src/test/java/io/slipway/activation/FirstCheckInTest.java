package io.slipway.activation;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.TestClock;
import io.slipway.account.Accounts;
import io.slipway.account.Audit;
import io.slipway.account.Caller;
import io.slipway.account.TestAccounts;
import io.slipway.agent.AgentConfig;
import io.slipway.agent.Agents;
import io.slipway.cluster.Bus;
import io.slipway.device.BoundCache;
import io.slipway.device.Device;
import io.slipway.device.DeviceRef;
import io.slipway.device.Devices;
import io.slipway.device.NewDevice;
import io.slipway.device.Pair;
import io.slipway.device.profile.Profile;
import io.slipway.device.profile.Profiles;
import io.slipway.http.Peer;
import io.slipway.keys.MasterKey;
import io.slipway.protocol.Mac;
import io.slipway.protocol.ota.CheckIn;
import io.slipway.protocol.ota.Partition;
import io.slipway.sql.Database;
import io.slipway.sql.Ids;
import io.slipway.sql.Plane;
import io.slipway.sql.StoreException;
import io.slipway.sql.TestEngine;
import io.slipway.work.Origins;
import io.slipway.work.Throttles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What is in the store after an announced device's first check-in. */
@ParameterizedClass
@EnumSource(TestEngine.class)
class FirstCheckInTest {

    private static final Mac MAC = Mac.parse("d4:06:06:00:00:01").orElseThrow();
    private static final Pair PAIR = new Pair(MAC, true, false, 11, 12);
    private static final String ADDRESS = "203.0.113.7";
    private static final int TRIES = 10;
    private static final Partition SLOT = new Partition("ota_0", 0, 16, 0x20000, 0x3f0000);
    private static final CheckIn REPORT =
            new CheckIn(
                    true,
                    MAC.toString(),
                    new CheckIn.Application(
                            true,
                            "xiaozhi",
                            "2.4.2",
                            "Aug  6 2026T12:34:56Z",
                            "v5.5",
                            "c8a8".repeat(16)),
                    "ota_0",
                    new CheckIn.ReportedBoard(true, "bread-compact-wifi", "Küche"),
                    new CheckIn.Hardware("esp32s3", 2, 16 << 20, CheckIn.UNKNOWN, List.of(SLOT)),
                    "zh-CN");

    @Parameter TestEngine engine;
    @TempDir Path folder;
    private final TestClock clock = new TestClock();
    private Database database;
    private Devices devices;
    private Activations activations;
    private Preregistrations preregistrations;
    private Caller owner;
    private Caller other;
    private String agent;

    @BeforeEach
    void open() {
        database = engine.open(folder);
        var ids = new Ids(clock);
        var bus = new Bus.Local();
        var cache = new BoundCache(100);
        devices = new Devices(database, bus, ids, clock, cache);
        var accounts = new Accounts(database, clock, () -> null);
        var audit = new Audit(database, ids, clock);
        var master = MasterKey.inFolder(folder);
        var agents =
                new Agents(
                        () -> new AgentConfig(false, 1_000),
                        database,
                        bus,
                        ids,
                        clock,
                        accounts,
                        audit,
                        master);
        var config =
                new ActivationConfig(
                        1_000, 1_000, 1_000, new Guesses.GuessLimits(5, 20, 10, 60), 1_000, true);
        var throttles = new Throttles(database, clock);
        activations =
                new Activations(
                        database,
                        ids,
                        TestClock.shared(clock, database),
                        config,
                        devices,
                        agents,
                        throttles,
                        new Origins(clock),
                        audit,
                        master);
        preregistrations =
                new Preregistrations(database, ids, clock, () -> config, agents, audit, master);
        owner = TestAccounts.login(database, clock, "owner", true).caller();
        other = TestAccounts.login(database, clock, "other", true).caller();
        agent = agents.create(owner, empty -> empty).id();
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void announce() {
        var result = preregistrations.add(owner, agent, List.of(MAC.toString()), List.of());
        assertThat(result.failed()).isEmpty();
    }

    // If there is no answer within a second it asks again, as devices do.
    private Activations.PairStatus checkIn() {
        for (int more = TRIES; ; more--) {
            try {
                return activations.status(PAIR, REPORT, new Peer(ADDRESS, "", false, "", ""), null);
            } catch (StoreException e) {
                if (more == 0) {
                    throw e;
                }
            }
        }
    }

    private Device stored() {
        return database.read(Plane.CONSOLE, tx -> devices.require(tx, owner.accountId(), MAC));
    }

    private Profile profile(long id) {
        return database.read(Plane.CONSOLE, tx -> Profiles.byId(tx, List.of(id))).getFirst();
    }

    private List<String> audit() {
        return database.read(
                Plane.CONSOLE,
                tx ->
                        tx.handle()
                                .createQuery(
                                        "SELECT account_id || ' ' || target || ' ' || detail || ' '"
                                                + " || address FROM audit"
                                                + " WHERE action = 'device.bind'")
                                .mapTo(String.class)
                                .list());
    }

    private void reported(Activations.PairStatus status) {
        Device device = stored();
        assertThat(status)
                .as("no write is pending")
                .isEqualTo(new Activations.Bound(device.id(), REPORT.fingerprint(), 0));
        assertThat(device.report().print()).isEqualTo(REPORT.fingerprint());
        assertThat(device.report().board()).isEqualTo("Küche");
        assertThat(device.report().version()).isEqualTo("2.4.2");
        assertThat(device.report().chip()).isEqualTo("esp32s3");
        assertThat(device.report().elf()).isEqualTo("c8a8".repeat(16));
        assertThat(device.report().slot()).isEqualTo("ota_0");
        assertThat(device.report().language()).isEqualTo("zh-CN");
        assertThat(device.proven()).isFalse();
        Profile profile = profile(device.id());
        assertThat(profile.hardware().partitions()).containsExactly(SLOT);
        assertThat(profile.hardware().chipRevision()).isEqualTo(2);
        assertThat(profile.running().since()).isEqualTo(clock.millis());
    }

    @Test
    void whatItReportsIsStoredAlongWithTheBindingAndTheAudit() {
        announce();
        reported(checkIn());
        assertThat(stored().owner().agentId()).isEqualTo(agent);
        assertThat(audit())
                .containsExactly(owner.accountId() + " " + MAC + " pre-registered " + ADDRESS);
        assertThat(checkIn())
                .isEqualTo(new Activations.Bound(stored().id(), REPORT.fingerprint(), 0));
        assertThat(audit()).hasSize(1);
    }

    @Test
    void theCodeThatItShowedBeforeItWasAnnouncedEnds() {
        var shown = (Activations.Unbound) checkIn();
        announce();
        reported(checkIn());
        long alive = database.read(Plane.CONSOLE, ActivationStore::live);
        assertThat(alive).isZero();
        assertThat(shown.code()).isNotNull();
    }

    @Test
    void whatOthersHaveBoundWithTheMacIsNoObstacle() {
        var lastReport = new Devices.LastReport("old", "1.0.0", "");
        bind(other, new Pair(MAC, true, false, 3, 4), lastReport);
        announce();
        reported(checkIn());
        activations.unbind(other, DeviceRef.of(MAC));
        assertThat(checkIn()).isInstanceOf(Activations.Bound.class);
    }

    private void bind(Caller caller, Pair pair, Devices.LastReport lastReport) {
        devices.change(
                Plane.CONSOLE,
                (tx, unboundPairs) -> {
                    devices.lock(tx, MAC);
                    var wanted = new NewDevice(caller.accountId(), null, lastReport);
                    return devices.bind(tx, unboundPairs, pair, wanted);
                });
    }

    @Test
    void aSessionBindsWithoutAReport() {
        announce();
        var status = activations.atSession(PAIR, REPORT, ADDRESS);
        assertThat(status).isEqualTo(new Activations.Bound(stored().id(), 0, 0));
        assertThat(stored().report().chip()).isEmpty();
        assertThat(stored().report().board()).isEqualTo("Küche");
        assertThat(stored().report().json()).isEqualTo("{}");
        assertThat(profile(stored().id()).running().since()).isZero();
        assertThat(audit()).hasSize(1);
    }

    @Test
    void aDeviceWithConcurrentCheckInsIsBoundOnce() throws Exception {
        announce();
        var go = new CountDownLatch(1);
        List<Future<Activations.PairStatus>> answers = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 16; i++) {
                answers.add(
                        threads.submit(() -> {
                            go.await();
                            return checkIn();
                        }));
            }
            go.countDown();
            for (Future<Activations.PairStatus> answer : answers) {
                reported(answer.get());
            }
        }
        assertThat(audit()).hasSize(1);
    }
}
