package io.slipway.agent;

import io.slipway.account.Access;
import io.slipway.base.Base;
import io.slipway.device.Devices;
import io.slipway.http.edge.Edge;
import io.slipway.keys.MasterKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The feature's parts, put together once.
 *
 * @param addresses where voice backends may be
 */
public record AgentModule(Agents agents, BackendAddresses addresses) {

    /** What was being bound while its agent was deleted is cleared away after this. */
    private static final Duration DELETED_KEPT = Duration.ofMinutes(5);

    /**
     * Makes the parts and adds all that can be called.
     *
     * @param master encrypts the backends' tokens
     */
    public static AgentModule install(
            Edge edge,
            AgentConfig config,
            Base base,
            Access access,
            MasterKey master,
            Devices devices) {
        var accounts = access.accounts();
        var agents =
                new Agents(
                        base.database(),
                        base.bus(),
                        base.ids(),
                        base.clock(),
                        accounts,
                        access.audit(),
                        master);
        var addresses = new BackendAddresses(config.privateBackends());
        agents.whenDeleted(devices::forgetAgent);
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
            Long seenAt = usage.seenAt() == 0 ? null : Math.min(usage.seenAt(), now);
            usages.put(agentId, new AgentUsage(usage.devices(), seenAt));
        }
        return usages;
    }
}
