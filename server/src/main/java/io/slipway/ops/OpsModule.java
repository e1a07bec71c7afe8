package io.slipway.ops;

import io.slipway.account.Access;
import io.slipway.base.Base;
import io.slipway.cluster.Cluster;
import io.slipway.cluster.Nodes;
import io.slipway.files.DiskSpace;
import io.slipway.http.edge.Edge;
import io.slipway.keys.Keyring;
import io.slipway.settings.SettingsInForce;
import io.slipway.settings.SettingsReading;
import java.util.function.Supplier;

/** Assembles the feature. */
public final class OpsModule {

    private OpsModule() {}

    /**
     * What administrators see of this installation.
     *
     * @param version of the program
     * @param settings in force
     * @param readAgain reads them again
     * @param disks of this node
     */
    public record Installation(
            String version,
            Supplier<SettingsInForce> settings,
            Supplier<SettingsReading> readAgain,
            DiskSpace disks) {}

    /** Registers the routes for operators and their tools. */
    public static void install(
            Edge edge,
            Installation installation,
            Base base,
            Access access,
            Cluster cluster,
            Keyring keys) {
        var database = base.database();
        var accounts = access.accounts();
        new OpsRoutes(database, edge, installation.disks()).install();
        new KeyRoutes(accounts, keys, access.audit(), database, base.bus()).install(edge);
        new SystemRoutes(
                        edge,
                        new SystemRoutes.Needs(
                                accounts,
                                access.audit(),
                                database,
                                new Nodes(database, cluster.node()),
                                cluster.presence(),
                                base.bus(),
                                base.clock(),
                                installation))
                .install();
    }
}
