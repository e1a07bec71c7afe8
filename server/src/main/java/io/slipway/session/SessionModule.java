package io.slipway.session;

import io.slipway.account.Accounts;
import io.slipway.account.Audit;
import io.slipway.activation.Activations;
import io.slipway.agent.Agents;
import io.slipway.agent.BackendAddresses;
import io.slipway.cluster.Calls;
import io.slipway.cluster.Node;
import io.slipway.cluster.Presence;
import io.slipway.device.BoundCache;
import io.slipway.device.Devices;
import io.slipway.device.Pairs;
import io.slipway.device.SeenLog;
import io.slipway.history.ChatLog;
import io.slipway.http.edge.Edge;
import io.slipway.sql.Database;
import io.slipway.sql.Ids;
import java.time.InstantSource;
import java.util.function.LongConsumer;

/** The feature's parts, put together once. */
public final class SessionModule {

    /**
     * What it stands on.
     *
     * @param opened told of each session that a bound device opens, with the device's id
     */
    public record Needs(
            Database database,
            Ids ids,
            InstantSource clock,
            Accounts accounts,
            Audit audit,
            Pairs pairs,
            BoundCache bound,
            SeenLog seen,
            LongConsumer opened,
            Devices devices,
            Agents agents,
            BackendAddresses addresses,
            Activations activations,
            ChatLog said,
            Node node,
            Presence presence,
            Calls calls) {}

    private SessionModule() {}

    /** Makes the sessions and adds all that can be called. */
    public static Sessions install(Edge edge, SessionConfig config, Needs on) {
        var gate =
                new Gate(
                        on.database(),
                        on.devices(),
                        on.agents(),
                        on.accounts(),
                        on.activations(),
                        on.bound(),
                        on.seen(),
                        on.opened(),
                        on.clock(),
                        config.keepAlive());
        var resolver = new Resolver(on.addresses());
        var sessions =
                new Sessions(
                        new Sessions.Grounds(
                                config,
                                on.clock(),
                                on.ids(),
                                gate,
                                Voice.load(),
                                on.pairs(),
                                on.presence(),
                                on.node(),
                                on.said(),
                                edge.socketClient(),
                                resolver,
                                new BackendFailures(on.clock())));
        var control = new SessionControl(sessions, on.calls());
        new SocketRoutes(on.pairs(), sessions).install(edge);
        new SessionRoutes(
                        on.accounts(),
                        on.devices(),
                        on.database(),
                        on.audit(),
                        on.presence(),
                        control)
                .install(edge);
        var test = new BackendTest(edge.socketClient(), resolver, config.buffer());
        new BackendRoutes(
                        on.accounts(),
                        on.agents(),
                        on.addresses(),
                        test,
                        on.audit(),
                        on.database(),
                        on.clock())
                .install(edge);
        on.agents().whenChanged(sessions::agentChanged);
        return sessions;
    }
}
