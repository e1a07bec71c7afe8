package io.slipway;

import io.slipway.account.Accounts;
import io.slipway.account.Audit;
import io.slipway.activation.Activations;
import io.slipway.activation.PreregistrationRoutes;
import io.slipway.activation.Preregistrations;
import io.slipway.agent.Agents;
import io.slipway.agent.BackendAddresses;
import io.slipway.checkin.CheckInRoutes;
import io.slipway.cluster.Bus;
import io.slipway.cluster.Presence;
import io.slipway.device.BoundCache;
import io.slipway.device.Devices;
import io.slipway.device.Pairs;
import io.slipway.device.SeenLog;
import io.slipway.event.EventModule;
import io.slipway.event.Events;
import io.slipway.firmware.FirmwareModule;
import io.slipway.history.ChatLog;
import io.slipway.history.ChatRoutes;
import io.slipway.http.console.Pages;
import io.slipway.http.edge.Edge;
import io.slipway.keys.Keyring;
import io.slipway.keys.MasterKey;
import io.slipway.live.LiveModule;
import io.slipway.work.Housekeeping;
import io.slipway.rollout.rules.attempt.Inference;
import io.slipway.rollout.RolloutModule;
import io.slipway.session.SessionModule;
import io.slipway.session.Sessions;
import io.slipway.sql.DataFolder;
import io.slipway.sql.Database;
import io.slipway.sql.Ids;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Slipway, wired by hand: read {@link #start} from top to bottom. The only class that imports every
 * feature, and the only one that looks at the clock on the wall.
 */
public final class Main implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    /** What was being bound while its agent was deleted is cleared away after this. */
    private static final Duration DELETED_AGENT_KEPT = Duration.ofMinutes(5);

    /** A device begins within the first part; clocks of nodes and a slow answer have the rest. */
    private static final Duration URL_VALID = Inference.START_WITHIN.plusMinutes(1);

    // Held, because the JDK forgets the level of a logger that nobody holds.
    private static final java.util.logging.Logger FLYWAY =
            java.util.logging.Logger.getLogger("org.flywaydb");
    private static final java.util.logging.Logger HIKARI =
            java.util.logging.Logger.getLogger("com.zaxxer.hikari");

    /** For what is in memory when the process ends. */
    private static final Duration LAST_WRITES = Duration.ofSeconds(10);

    private final Config config;
    final Database database;
    final Housekeeping housekeeping;
    final Edge edge;
    private final Sessions sessions;
    private final EventModule telling;
    private final List<Runnable> flushes;
    private final List<AutoCloseable> kits;
    private final int port;
    private final @Nullable String setupCode;

    private Main(
            Config config,
            Database database,
            Housekeeping housekeeping,
            Edge edge,
            Sessions sessions,
            EventModule telling,
            int port,
            @Nullable String setupCode,
            List<Runnable> flushes,
            List<AutoCloseable> kits) {
        this.config = config;
        this.database = database;
        this.housekeeping = housekeeping;
        this.edge = edge;
        this.sessions = sessions;
        this.telling = telling;
        this.port = port;
        this.setupCode = setupCode;
        this.flushes = flushes;
        this.kits = kits;
    }

    /** Starts a node; it serves when this returns. */
    static Main start(Config config, InstantSource clock) {
        DataFolder folder = DataFolder.lock(config.dataFolder());
        try {
            return start(config, clock, folder);
        } catch (RuntimeException | Error e) {
            folder.close();
            throw e;
        }
    }

    private static Main start(Config config, InstantSource clock, DataFolder folder) {
        // The kits
        Kits kits = Kits.open(config, clock);
        Database database = kits.database();
        MasterKey master = kits.master();
        Ids ids = kits.ids();
        Keyring keys = kits.keys();
        Bus bus = kits.bus();
        Presence presence = kits.presence();
        Edge edge = new Edge(config.http(), clock, Kits::fault);
        edge.pages(Pages.read(Main.class.getClassLoader(), "console/"));
        Housekeeping housekeeping = new Housekeeping();

        // People and their agents
        People people = People.of(config, database, ids, clock);
        Accounts accounts = people.accounts();
        Audit audit = people.audit();

        // What happens, and who is told
        Events events = new Events(database, ids, clock);
        EventModule telling =
                EventModule.install(
                        edge,
                        config.event(),
                        new EventModule.Needs(
                                database, ids, clock, accounts, audit, master, events));

        // The registry and what stands on it
        Pairs pairs = new Pairs(keys);
        BoundCache cache = new BoundCache(config.cachedPairs());
        SeenLog seen = new SeenLog(database);
        Devices devices = new Devices(database, bus, ids, clock, cache, config.device());
        Agents agents = new Agents(database, bus, ids, clock, accounts, audit, master);
        BackendAddresses addresses = new BackendAddresses(config.agent().privateBackends());
        Activations activations =
                new Activations(
                        database,
                        ids,
                        clock,
                        config.activation(),
                        devices,
                        agents,
                        people.attempts(),
                        audit,
                        master);
        Preregistrations preregistrations =
                new Preregistrations(
                        database, ids, clock, config.activation(), agents, audit, master);

        agents.whenDeleted(devices::forgetAgent);
        agents.whenDeleted(preregistrations::forgetAgent);

        // What was said
        ChatLog said = new ChatLog(database, bus, ids, clock, agents, audit);
        agents.whenDeleted(said::forgetAgent);
        activations.whenMoved(said::moved);

        // Firmware and its rollouts
        FirmwareModule firmware =
                FirmwareModule.install(
                        edge,
                        config.firmware(),
                        new FirmwareModule.Needs(
                                database, ids, clock, accounts, audit, bus, keys, URL_VALID));
        RolloutModule rollouts =
                RolloutModule.install(
                        edge,
                        config.rollout(),
                        new RolloutModule.Needs(
                                database,
                                ids,
                                clock,
                                bus,
                                accounts,
                                audit,
                                devices,
                                events,
                                firmware.builds(),
                                firmware.downloads(),
                                () -> edge.draining() || firmware.full()));

        // Voice sessions
        Sessions sessions =
                SessionModule.install(
                        edge,
                        config.session(),
                        new SessionModule.Needs(
                                database,
                                ids,
                                clock,
                                accounts,
                                audit,
                                pairs,
                                cache,
                                seen,
                                rollouts.updates()::sessionOpened,
                                devices,
                                agents,
                                addresses,
                                activations,
                                said,
                                kits.node(),
                                presence,
                                kits.calls()));
        devices.whenMoved(sessions::configChanged);

        // What can be called
        new CheckInRoutes(
                        config.checkIn(),
                        pairs,
                        bus,
                        cache,
                        seen,
                        devices,
                        activations,
                        rollouts.updates(),
                        firmware.builds(),
                        firmware.downloads(),
                        clock)
                .install(edge);
        people.module().install(edge);
        new PreregistrationRoutes(accounts, preregistrations, config.checkIn().zone())
                .install(edge);
        new ChatRoutes(accounts, devices, said).install(edge);
        new Console(
                        config,
                        clock,
                        kits,
                        people,
                        devices,
                        agents,
                        activations,
                        firmware,
                        rollouts,
                        sessions,
                        addresses)
                .install(edge);

        // What open pages are told
        LiveModule live =
                LiveModule.install(
                        edge,
                        new LiveModule.Needs(
                                database,
                                bus,
                                presence,
                                accounts,
                                devices,
                                activations,
                                preregistrations,
                                events));

        // What has to be done again and again
        housekeeping.once("filling the cache", devices::warm);
        housekeeping.once("counting codes", activations::clean);
        housekeeping.once("checking stored images", firmware::check);
        housekeeping.every(SeenLog.PERIOD, "last-seen times", seen::tick);
        housekeeping.every(Duration.ofSeconds(10), "last-asked times", activations::flush);
        housekeeping.every(Duration.ofSeconds(2), "what was said", said::flush);
        housekeeping.every(Duration.ofSeconds(1), "sessions", sessions::tick);
        housekeeping.every(LiveModule.PERIOD, "what pages are told", live::tick);
        housekeeping.every(Duration.ofSeconds(1), "updates", rollouts::tick);
        housekeeping.every(Duration.ofSeconds(5), "rollouts", rollouts::look);
        housekeeping.every(Duration.ofSeconds(10), "signs of life", rollouts::alive);
        housekeeping.every(Duration.ofMinutes(1), "ended rollouts", rollouts::letGo);
        housekeeping.every(Duration.ofHours(1), "old evidence", rollouts::clean);
        housekeeping.every(Duration.ofSeconds(1), "webhooks", telling::tell);
        housekeeping.every(Duration.ofSeconds(30), "late events", telling::sweep);
        housekeeping.every(Duration.ofHours(1), "old events", telling::clean);
        housekeeping.every(Duration.ofMinutes(1), "silent codes", activations::clean);
        housekeeping.every(
                Duration.ofHours(1), "old counters", () -> devices.clean(config.countersKept()));
        housekeeping.every(
                Duration.ofHours(1), "old history", () -> said.clean(config.historyKept()));
        housekeeping.every(
                Duration.ofMinutes(10),
                "expired logins",
                () -> people.module().clean(config.auditKept()));
        housekeeping.every(
                Duration.ofMinutes(1), "deleted agents", () -> agents.purge(DELETED_AGENT_KEPT));

        int port = edge.start();
        return new Main(
                config,
                database,
                housekeeping,
                edge,
                sessions,
                telling,
                port,
                people.module().unclaimed() ? people.setup().value() : null,
                List.of(
                        seen::flush,
                        activations::flush,
                        activations::clean,
                        said::flush,
                        rollouts::tick,
                        rollouts::look,
                        rollouts::alive,
                        live::tick),
                List.of(rollouts, firmware, people.module(), kits, folder));
    }

    /** See {@link Commands}. */
    public static void main(String[] arguments) {
        // One line an entry; set before anything logs.
        System.setProperty(
                "java.util.logging.SimpleFormatter.format", "%1$tF %1$tT %4$s %3$s: %5$s%6$s%n");
        // A first start should say three lines, not forty.
        FLYWAY.setLevel(java.util.logging.Level.WARNING);
        HIKARI.setLevel(java.util.logging.Level.WARNING);
        var commands = new Commands(System.out, System.err);
        System.exit(commands.run(arguments, System.getenv(), InstantSource.system()));
    }

    /** What the first registration from elsewhere needs; null once there is an account. */
    @Nullable String setupCode() {
        return setupCode;
    }

    /** Does at once what housekeeping does every few seconds. */
    public void housekeep() {
        flushes.forEach(Runnable::run);
    }

    /** The port it serves on. */
    public int port() {
        return port;
    }

    /** Ends in order: no new calls, running ones end, what is in memory is written. */
    @Override
    public void close() {
        // Requests and conversations end side by side; new ones are refused from the first moment.
        Thread conversations =
                Thread.ofVirtual().start(() -> sessions.drain(config.shutdownGrace()));
        edge.drain(config.shutdownGrace().plus(Sessions.LAST_WORDS));
        join(conversations);
        housekeeping.close();
        sessions.close();
        telling.close();
        flush();
        edge.close();
        for (AutoCloseable kit : kits) {
            try {
                kit.close();
            } catch (Exception e) {
                LOG.warn("not closed: {}", e.toString());
            }
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // Bounded: a database that is gone must not keep the process from ending.
    private void flush() {
        Thread last = Thread.ofVirtual().start(() -> flushes.forEach(Main::flush));
        try {
            if (!last.join(LAST_WRITES)) {
                LOG.warn("the last check-in times were not written: the database is too slow");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void flush(Runnable flush) {
        try {
            flush.run();
        } catch (RuntimeException e) {
            LOG.warn("not written at the end: {}", e.toString());
        }
    }
}
