package io.slipway.activation;

import io.slipway.account.AccountModule;
import io.slipway.agent.Agents;
import io.slipway.base.Base;
import io.slipway.cluster.Presence;
import io.slipway.device.Devices;
import io.slipway.http.edge.Edge;
import io.slipway.http.governor.EdgeLimit;
import io.slipway.keys.MasterKey;
import java.time.Duration;
import java.time.ZoneId;
import java.util.function.Supplier;

/**
 * Assembles the feature.
 *
 * @param nearby devices that wait with a code
 */
public record ActivationModule(
        Activations activations, Preregistrations preregistrations, Nearby nearby) {

    /**
     * The features that activation depends on.
     *
     * @param master encrypts the keys of serial numbers
     * @param zone for the times of pre-registrations
     */
    public record Needs(
            AccountModule account,
            MasterKey master,
            Devices devices,
            Agents agents,
            Presence presence,
            ZoneId zone) {}

    /** Creates the parts and registers all routes: codes, binding, pre-registration. */
    public static ActivationModule install(
            Edge edge, Supplier<ActivationConfig> config, Base base, Needs needs) {
        var account = needs.account();
        var devices = needs.devices();
        var agents = needs.agents();
        var database = base.database();
        var ids = base.ids();
        var clock = base.clock();
        var accounts = account.access().accounts();
        var audit = account.access().audit();
        var activations =
                new Activations(
                        database,
                        ids,
                        clock,
                        config.get(),
                        devices,
                        agents,
                        account.throttles(),
                        accounts.origins(),
                        audit,
                        needs.master());
        activations.codes().sealOld();
        activations.whenFull(() -> edge.governor().count(EdgeLimit.ACCOUNT_DEVICES));
        var preregistrations =
                new Preregistrations(database, ids, clock, config, agents, audit, needs.master());
        var nearby = new Nearby(database, clock, activations::guarded);
        var provisional =
                new ProvisionalDevices(
                        database, clock, devices, activations.codes(), preregistrations, audit);
        new ProvisionalRoutes(accounts, provisional).install(edge);
        agents.whenDeleted(preregistrations::forgetAgent);
        accounts.whenDeleted(new DeviceRemoval(database, devices, activations));
        new BindingRoutes(
                        accounts,
                        activations,
                        preregistrations,
                        devices,
                        agents,
                        needs.presence(),
                        base,
                        needs.zone())
                .install(edge);
        new PreregistrationRoutes(accounts, preregistrations, needs.zone()).install(edge);
        new NearbyRoutes(accounts, nearby, clock).install(edge);
        var housekeeping = base.housekeeping();
        housekeeping.once("counting codes", activations::clean);
        housekeeping.every(Duration.ofSeconds(10), "last-asked times", activations::flush);
        housekeeping.every(Duration.ofMinutes(1), "silent codes", activations::clean);
        housekeeping.write(activations::flush);
        housekeeping.write(activations::clean);
        return new ActivationModule(activations, preregistrations, nearby);
    }
}
