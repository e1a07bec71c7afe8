package io.slipway.firmware;

import io.slipway.account.Audit;
import io.slipway.account.Caller;
import io.slipway.http.Problem;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/**
 * The builds' bills of materials, at most one of each build. Whoever may see a build may read it,
 * whoever may change the build may change it; it is deleted with the build. Thread-safe; calls
 * block.
 */
final class Sboms {

    private final Builds builds;
    private final Database database;
    private final InstantSource clock;
    private final Audit audit;

    Sboms(FirmwareModule.Needs needs, Builds builds) {
        this.builds = builds;
        this.database = needs.base().database();
        this.clock = needs.base().clock();
        this.audit = needs.access().audit();
    }

    /** Those of some builds, by the build's id. */
    Map<String, Sbom> of(List<Build> some) {
        return database.read(
                Plane.CONSOLE, tx -> SbomStore.of(tx, some.stream().map(Build::id).toList()));
    }

    /**
     * The document, as it was uploaded.
     *
     * @throws Problem 404
     */
    String content(Caller caller, String buildId) {
        return database.read(
                Plane.CONSOLE,
                tx ->
                        SbomStore.content(tx, builds.require(tx, caller, buildId).id())
                                .orElseThrow(Sboms::none));
    }

    /**
     * Adds or replaces it, and returns the build.
     *
     * @throws Problem 400 if it is not CycloneDX in JSON; 403; 404
     */
    Build put(Caller caller, String buildId, byte[] document) {
        long now = clock.millis();
        var read = Sbom.read(document, now);
        return database.write(
                Plane.CONSOLE,
                tx -> {
                    Build build = builds.touch(tx, builds.own(tx, caller, buildId), now);
                    SbomStore.put(tx, buildId, read);
                    String detail =
                            "CycloneDX "
                                    + read.sbom().specVersion()
                                    + ", "
                                    + read.sbom().components()
                                    + " components, "
                                    + read.sbom().sha256();
                    audit.record(tx, caller, "build.sbom", buildId, detail);
                    return build;
                });
    }

    /**
     * Deletes it, and returns the build.
     *
     * @throws Problem 403; 404
     */
    Build delete(Caller caller, String buildId) {
        long now = clock.millis();
        return database.write(
                Plane.CONSOLE,
                tx -> {
                    Build build = builds.touch(tx, builds.own(tx, caller, buildId), now);
                    if (!SbomStore.delete(tx, buildId)) {
                        throw none();
                    }
                    audit.record(tx, caller, "build.sbom-delete", buildId, "");
                    return build;
                });
    }

    private static Problem none() {
        return Problem.notFound("这个固件没有 SBOM", "This build has no SBOM");
    }
}
