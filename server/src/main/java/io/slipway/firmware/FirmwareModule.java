package io.slipway.firmware;

import io.slipway.account.Access;
import io.slipway.base.Base;
import io.slipway.http.edge.Edge;
import io.slipway.http.governor.EdgeLimit;
import io.slipway.keys.Keyring;
import java.time.Duration;
import java.util.function.Supplier;

/** Assembles the feature. Closed after the edge. */
public final class FirmwareModule implements AutoCloseable {

    /**
     * Dependencies of its parts.
     *
     * @param urlValid how long after an offer a device may start its download
     */
    record Needs(Base base, Access access, HomeAddresses home, Keyring keys, Duration urlValid) {}

    private final Supplier<FirmwareConfig> current;
    private final Edge edge;
    private final HomeAddresses home;
    private final Builds builds;
    private final Downloads downloads;
    private final StoreCheck check;
    private final ImageInspector inspector;
    private final BlobStore blobs;

    private FirmwareModule(Needs needs, Supplier<FirmwareConfig> current, Edge edge) {
        this.current = current;
        FirmwareConfig config = current.get();
        this.edge = edge;
        home = needs.home();
        blobs = BlobStore.of(config);
        inspector = new ImageInspector(config.maxImage());
        builds =
                new Builds(
                        needs,
                        current,
                        inspector,
                        blobs,
                        () -> edge.governor().count(EdgeLimit.ACCOUNT_BUILDS));
        downloads = new Downloads(needs, current, builds, blobs);
        check = new StoreCheck(needs.base().database(), needs.base().clock(), blobs);
    }

    /**
     * Creates the parts and registers all routes.
     *
     * @param urlValid how long after an offer a device may start its download
     */
    public static FirmwareModule install(
            Edge edge,
            Supplier<FirmwareConfig> current,
            Base base,
            Access access,
            HomeAddresses home,
            Keyring keys,
            Duration urlValid) {
        var needs = new Needs(base, access, home, keys, urlValid);
        var module = new FirmwareModule(needs, current, edge);
        module.downloads.install(edge);
        var sboms = new Sboms(needs, module.builds);
        new BuildRoutes(access.accounts(), module.builds, sboms, module.downloads, module.check)
                .install(edge, current.get());
        base.housekeeping().once("checking stored images", module::check);
        return module;
    }

    /** Whether this node has its maximum of downloads: then no offers are made. */
    public boolean full() {
        FirmwareConfig config = current.get();
        return (config.maxDownloads() > 0 && edge.downloads() >= config.maxDownloads())
                || (config.bytesPerSecond() > 0 && edge.downloadRate() >= config.bytesPerSecond());
    }

    public HomeAddresses home() {
        return home;
    }

    public Builds builds() {
        return builds;
    }

    public Downloads downloads() {
        return downloads;
    }

    /** Logs which images lack a build, and which builds lack an image. */
    void check() {
        check.report();
    }

    @Override
    public void close() {
        inspector.close();
        blobs.close();
    }
}
