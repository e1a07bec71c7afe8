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

/** Puts the feature together. */
public final class SessionModule {

    /**
     * What it stands on beside the edge and the base.
     *
     * @param opened told of each session that a bound device opens, with the device's id
     * @param asksBattery whether updates wait for batteries
     */
    public record Needs(
            Cluster cluster,
            DeviceModule device,
            AgentModule agent,
            Activations activations,
            ChatLog said,
            RefusedModule refused,
            LongConsumer opened,
            boolean asksBattery) {}

    private SessionModule() {}

    /** Makes the sessions and adds all that can be called. */
    public static Sessions install(
            Edge edge, SessionConfig config, Base base, Access access, Needs on) {
        var cluster = on.cluster();
        var device = on.device();
        var agent = on.agent();
        var database = base.database();
        var accounts = access.accounts();
        var audit = access.audit();
        var clock = base.clock();
        var devices = device.devices();
        var agents = agent.agents();
        var presence = cluster.presence();
        var gate =
                new Gate(
                        database,
                        devices,
                        agents,
                        accounts,
                        on.activations(),
                        device.cache(),
                        device.seen(),
                        on.opened(),
                        clock,
                        config.keepAlive());
        var resolver = new Resolver(agent.addresses());
        var sessions =
                new Sessions(
                        new Sessions.Grounds(
                                config,
                                clock,
                                base.ids(),
                                gate,
                                Voice.load(),
                                device.pairs(),
                                presence,
                                cluster.node(),
                                on.said(),
                                edge.socketClient(),
                                resolver,
                                new BackendFailures(clock),
                                device.seen(),
                                on.asksBattery()));
        var control = new SessionControl(sessions, cluster.calls());
        new SocketRoutes(device.pairs(), devices, on.refused(), sessions).install(edge);
        new SessionRoutes(accounts, devices, database, audit, presence, control).install(edge);
        var test = new BackendTest(edge.socketClient(), resolver, config.buffer());
        new BackendRoutes(accounts, agents, agent.addresses(), test, audit, database, clock)
                .install(edge);
        agents.whenChanged(sessions::agentChanged);
        devices.whenMoved(sessions::configChanged);
        devices.whenRevoked(sessions::revoked);
        base.bus().onGap(sessions::newsMissed);
        base.housekeeping().every(Duration.ofSeconds(1), "sessions", sessions::tick);
        return sessions;
    }
}
