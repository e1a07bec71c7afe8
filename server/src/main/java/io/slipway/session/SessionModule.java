package io.slipway.session;

import io.slipway.account.Access;
import io.slipway.activation.Activations;
import io.slipway.agent.AgentModule;
import io.slipway.base.Base;
import io.slipway.cluster.Cluster;
import io.slipway.device.DeviceModule;
import io.slipway.history.ChatLog;
import io.slipway.http.edge.Edge;
import io.slipway.refused.RefusedModule;
import java.time.Duration;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/** Assembles the feature. */
public final class SessionModule {

    /**
     * Dependencies besides the edge and the base.
     *
     * @param opened receives the device's id for each session that a bound device opens
     * @param asksBattery whether updates depend on the battery level
     */
    public record Needs(
            Cluster cluster,
            DeviceModule device,
            AgentModule agent,
            Activations activations,
            ChatLog chatLog,
            RefusedModule refused,
            LongConsumer opened,
            boolean asksBattery) {}

    private SessionModule() {}

    /**
     * Creates the sessions and registers all routes.
     *
     * @param current settings; a session keeps those that it began with
     */
    public static Sessions install(
            Edge edge, Supplier<SessionConfig> current, Base base, Access access, Needs needs) {
        SessionConfig config = current.get();
        int connections = edge.governor().limits().connections().most();
        var cluster = needs.cluster();
        var device = needs.device();
        var agent = needs.agent();
        var database = base.database();
        var accounts = access.accounts();
        var audit = access.audit();
        var clock = base.clock();
        var devices = device.devices();
        var agents = agent.agents();
        var presence = cluster.presence();
        var admission =
                new SessionAdmission(
                        database,
                        devices,
                        agents,
                        accounts,
                        needs.activations(),
                        device.cache(),
                        device.seen(),
                        needs.opened(),
                        clock,
                        () -> current.get().keepAlive());
        var failures = new BackendFailures(clock);
        var connector =
                new RelayLink.Connector(
                        edge.socketClient(),
                        agent.addresses(),
                        failures,
                        SpeechMemory.ofThisProcess());
        var folder = config.voiceFolder();
        var notices = folder == null ? SpokenNotices.load() : SpokenNotices.load(folder);
        var sessions =
                new Sessions(
                        () -> current.get().within(connections),
                        base,
                        needs,
                        admission,
                        notices,
                        connector,
                        edge.governor());
        var control = new SessionControl(sessions, cluster.calls());
        new SocketRoutes(device.pairs(), devices, needs.refused(), sessions).install(edge);
        new SessionRoutes(accounts, devices, database, audit, presence, control).install(edge);
        var probe = new BackendProbe(edge.socketClient(), agent.addresses(), config.buffer());
        new BackendRoutes(accounts, agents, agent.addresses(), probe, audit, database, clock)
                .install(edge);
        agents.whenChanged(sessions::agentChanged);
        devices.whenMoved(sessions::configChanged);
        devices.whenRevoked(sessions::revoked);
        base.bus().onGap(sessions::newsMissed);
        base.housekeeping().every(Duration.ofSeconds(1), "sessions", sessions::tick);
        return sessions;
    }
}
