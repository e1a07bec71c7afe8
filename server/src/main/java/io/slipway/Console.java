package io.slipway;

import io.slipway.activation.Activations;
import io.slipway.activation.BindingRoutes;
import io.slipway.activation.Nearby;
import io.slipway.activation.NearbyRoutes;
import io.slipway.agent.AgentRoutes;
import io.slipway.agent.Agents;
import io.slipway.agent.BackendAddresses;
import io.slipway.agent.Usage;
import io.slipway.cluster.Nodes;
import io.slipway.device.DeviceCounts;
import io.slipway.device.DeviceRoutes;
import io.slipway.device.Devices;
import io.slipway.device.TagRoutes;
import io.slipway.device.Tags;
import io.slipway.firmware.FirmwareModule;
import io.slipway.http.edge.Edge;
import io.slipway.ops.KeyRoutes;
import io.slipway.ops.OpsRoutes;
import io.slipway.ops.SystemRoutes;
import io.slipway.overview.Overview;
import io.slipway.overview.OverviewRoutes;
import io.slipway.rollout.RolloutModule;
import io.slipway.session.Sessions;
import io.slipway.sql.Database;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What people call that is no feature's own business: a part of {@link Main}'s wiring. */
record Console(
        Config config,
        InstantSource clock,
        Kits kits,
        People people,
        Devices devices,
        Agents agents,
        Activations activations,
        FirmwareModule firmware,
        RolloutModule rollouts,
        Sessions sessions,
        BackendAddresses addresses) {

    /** Adds the routes; before the edge starts. */
    void install(Edge edge) {
        Database database = kits.database();
        var accounts = people.accounts();
        var audit = people.audit();
        var presence = kits.presence();
        new TagRoutes(accounts, new Tags(database, devices, audit)).install(edge);
        new DeviceRoutes(accounts, devices, presence, audit, database).install(edge);
        new BindingRoutes(accounts, activations, devices, agents, presence, database).install(edge);
        new AgentRoutes(accounts, agents, this::usages, devices::agentOf, addresses).install(edge);
        var nearby = new Nearby(database, clock);
        new NearbyRoutes(accounts, nearby, clock).install(edge);
        var overview =
                new Overview(
                        new Overview.Needs(
                                clock,
                                new DeviceCounts(database),
                                presence,
                                nearby,
                                rollouts.open(),
                                firmware.builds(),
                                agents,
                                sessions.failures(),
                                config.checkIn().zone(),
                                config.http().publicUrl()));
        new OverviewRoutes(accounts, overview, clock).install(edge);
        new OpsRoutes(database, edge).install();
        new KeyRoutes(accounts, kits.keys(), audit, database, kits.bus()).install(edge);
        var about =
                new SystemRoutes.Needs(
                        accounts,
                        database,
                        new Nodes(database, kits.node()),
                        presence,
                        kits.bus(),
                        clock,
                        Version.current(),
                        Shown.of(config),
                        config.dataFolder());
        new SystemRoutes(edge, about).install();
    }

    private Map<String, Usage> usages(List<String> agentIds) {
        var usages = new HashMap<String, Usage>();
        for (String agentId : agentIds) {
            Devices.Usage usage = devices.usage(agentId);
            Long seenAt = usage.seenAt() == 0 ? null : usage.seenAt();
            usages.put(agentId, new Usage(usage.devices(), seenAt));
        }
        return usages;
    }
}
