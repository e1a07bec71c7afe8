package io.slipway;

import io.slipway.account.AccountModule;
import io.slipway.account.ServerInfo;
import io.slipway.activation.ActivationModule;
import io.slipway.agent.AgentModule;
import io.slipway.backup.BackupSchedule;
import io.slipway.base.Base;
import io.slipway.checkin.CheckInModule;
import io.slipway.cluster.Cluster;
import io.slipway.cluster.ClusterClock;
import io.slipway.device.DeviceModule;
import io.slipway.event.EventModule;
import io.slipway.files.DiskSpace;
import io.slipway.firmware.FirmwareModule;
import io.slipway.firmware.HomeAddresses;
import io.slipway.history.HistoryModule;
import io.slipway.http.certificate.CertificateFiles;
import io.slipway.http.console.UiFiles;
import io.slipway.http.edge.Edge;
import io.slipway.keys.Keyring;
import io.slipway.keys.MasterKey;
import io.slipway.live.LiveModule;
import io.slipway.ops.Faults;
import io.slipway.ops.OpsModule;
import io.slipway.overview.OverviewModule;
import io.slipway.program.ProgramModule;
import io.slipway.reach.ReachModule;
import io.slipway.refused.RefusedModule;
import io.slipway.rollout.RolloutModule;
import io.slipway.rollout.rules.attempt.Inference;
import io.slipway.session.SessionModule;
import io.slipway.sql.DataFolder;
import io.slipway.sql.Database;
import io.slipway.sql.Ids;
import io.slipway.work.Housekeeping;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Slipway, wired by hand: read {@link #start} from top to bottom. The only class that imports every
 * feature, and the only one that reads the system clock.
 */
public final class Main {

    /** A device starts within the first part; the minute is for clock skew and a slow answer. */
    private static final Duration URL_VALID = Inference.START_WITHIN.plusMinutes(1);

    private Main() {}

    /** See {@link Commands}. */
    public static void main(String[] arguments) {
        Logs.set();
        var commands = new Commands(System.out, System.err);
        System.exit(commands.run(arguments, System.getenv(), InstantSource.system()));
    }

    /** Starts a node; it is serving when this returns. */
    static RunningNode start(CurrentConfig current, ClusterClock.TimeSource time) {
        DataFolder folder = DataFolder.lock(current.get().dataFolder());
        try {
            return start(current, time, folder);
        } catch (RuntimeException | Error e) {
            folder.close();
            throw e;
        }
    }

    private static RunningNode start(
            CurrentConfig current, ClusterClock.TimeSource time, DataFolder folder) {
        // 1. The foundation: database, keys, other nodes, HTTP. What is in the config needs a
        // restart to change; parts of the current one are asked for whenever they are used.
        var config = current.get();
        var data = config.dataFolder();
        if (Database.missing(config.database())) {
            // Before one is made: a lost one may be put back.
            MasterKey.requireNone(config.keys(), data);
        }
        var database = Database.open(config.database());
        database.serve();
        var clock = new ClusterClock(time, database, Version.built());
        var master = MasterKey.of(config.keys(), data, Keyring.sealed(database));
        var ids = new Ids(clock);
        var keys = new Keyring(database, master, clock);
        MasterKey.settle(config.keys(), data);
        var cluster = Cluster.join(database, config.database(), data, clock);
        var base = new Base(database, ids, clock, cluster.bus(), new Housekeeping());
        base.housekeeping().every(ClusterClock.PERIOD, "the database's clock", clock::look);
        var edge = new Edge(config.http(), clock, Faults::problem);
        edge.certificate()
                .ifPresent(files -> {
                    current.whenRead(files::look);
                    base.housekeeping()
                            .every(CertificateFiles.LOOK, "the certificate", files::look);
                });
        edge.pages(UiFiles.read(Main.class.getClassLoader(), "console/", config.http().subpath()));

        // 2. Accounts: authentication, permissions, audit
        var zone = config.checkIn().zone();
        var serverInfo = new ServerInfo(Version.current(), config.http().publicUrl(), zone);
        var account =
                AccountModule.install(
                        edge, current.part(Config::account), base, data, master, serverInfo);
        var access = account.access();

        // 3. Events and webhooks
        var event = EventModule.install(edge, current.part(Config::event), base, access, master);
        var events = event.events();

        // 4. The registry: devices, agents, and how devices get to their owners
        var presence = cluster.presence();
        var device =
                DeviceModule.install(
                        edge, current.part(Config::device), base, access, keys, presence);
        var devices = device.devices();
        var agent =
                AgentModule.install(
                        edge, current.part(Config::agent), base, access, master, devices);
        var agents = agent.agents();
        var needs = new ActivationModule.Needs(account, master, devices, agents, presence, zone);
        var activation =
                ActivationModule.install(edge, current.part(Config::activation), base, needs);
        var activations = activation.activations();
        var refused = RefusedModule.install(edge, base, access, devices);

        // 5. Chat history, which follows devices from agent to agent
        var chatLog =
                HistoryModule.install(
                        edge, current.part(Config::history), base, access, devices, agents);
        activations.whenMoved(chatLog::moved);

        // 6. Firmware and rollouts
        var home = new HomeAddresses(config.http().publicUrl(), device.called());
        var firmware =
                FirmwareModule.install(
                        edge, current.part(Config::firmware), base, access, home, keys, URL_VALID);
        var rollout =
                RolloutModule.install(
                        edge,
                        current.part(Config::rollout),
                        base,
                        access,
                        devices,
                        events,
                        firmware,
                        zone);
        var updates = rollout.updates();

        // 7. What devices call: check-ins and voice sessions
        var checkInNeeds =
                new CheckInModule.Needs(device, activations, firmware, updates, refused.calls());
        CheckInModule.install(edge, current.part(Config::checkIn), base, checkInNeeds);
        LongConsumer opened = updates::sessionOpened;
        var battery = config.rollout().policy().readiness().minBattery() > 0;
        var sessionNeeds =
                new SessionModule.Needs(
                        cluster, device, agent, activations, chatLog, refused, opened, battery);
        var sessions =
                SessionModule.install(
                        edge, current.part(Config::session), base, access, sessionNeeds);
        ProgramModule.install(
                edge,
                base,
                access,
                device,
                agents,
                presence,
                called -> current.get().checkIn().websocketUrl(called));

        // 8. What people look at: the overview, live updates of open pages, the system, and how
        // devices reach it
        var reach = ReachModule.install(edge, current.part(Config::reach), access);
        var disks = new DiskSpace(data, config.firmware().localFolder());
        var backups = BackupSchedule.install(config.backup(), config.backupParts(), base);
        var overviewNeeds =
                new OverviewModule.Needs(
                        presence,
                        agent,
                        activation,
                        firmware,
                        rollout,
                        sessions,
                        disks,
                        reach,
                        backups);
        OverviewModule.install(edge, config.overview(), base, access, overviewNeeds);
        LiveModule.install(edge, base, access, presence, devices, activation, events);
        var installation =
                new OpsModule.Installation(
                        serverInfo.version(), current::shown, current::readAgain, disks);
        OpsModule.install(edge, installation, base, access, cluster, keys);

        // 9. Start, and what to close at shutdown
        base.housekeeping().start();
        int port = edge.start();
        var code = account.setupCode();
        var grace = current.part(Config::shutdownGrace);
        var parts = List.<AutoCloseable>of(rollout, firmware, account, cluster, database, folder);
        return new RunningNode(base, edge, port, code, sessions, event, grace, parts);
    }
}
