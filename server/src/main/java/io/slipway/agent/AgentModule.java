package io.slipway.agent;

import io.slipway.account.Access;
import io.slipway.base.Base;
import io.slipway.device.Devices;
import io.slipway.http.edge.Edge;
import io.slipway.http.governor.EdgeLimit;
import io.slipway.keys.MasterKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Assembles the feature.
 *
 * @param addresses allowed addresses of voice backends
 */
public record AgentModule(Agents agents, BackendAddresses addresses) {

    /** Devices bound while their agent was being deleted are cleaned up after this time. */
    private static final Duration DELETED_KEPT = Duration.ofMinutes(5);

    /**
     * Creates the parts and registers all routes.
     *
     * @param master encrypts the backends' tokens
     */
    public static AgentModule install(
            Edge edge,
            Supplier<AgentConfig> config,
            Base base,
            Access access,
            MasterKey master,
            Devices devices) {
        var accounts = access.accounts();
        var agents =
                new Agents(
                        config,
                        base.database(),
                        base.bus(),
                        base.ids(),
                        base.clock(),
                        accounts,
                        access.audit(),
                        master);
        var addresses = new BackendAddresses(() -> config.get().privateBackends());
        agents.whenDeleted(devices::forgetAgent);
        agents.whenFull(() -> edge.governor().count(EdgeLimit.ACCOUNT_AGENTS));
        new AgentRoutes(
                        accounts,
                        agents,
                        ids -> usages(devices, ids, base.clock().millis()),
                        devices::agentOf,
                        addresses)
                .install(edge);
        accounts.whenDeleted(new AgentRemoval(agents));
        base.forget(Duration.ofMinutes(1), "deleted agents", () -> agents.purge(DELETED_KEPT));
        return new AgentModule(agents, addresses);
    }

    private static Map<String, AgentUsage> usages(
            Devices devices, List<String> agentIds, long now) {
        var usages = new HashMap<String, AgentUsage>();
        for (String agentId : agentIds) {
            Devices.Usage usage = devices.usage(agentId);
            usages.put(agentId, new AgentUsage(usage.devices(), Math.min(usage.seenAt(), now)));
        }
        return usages;
    }
}
