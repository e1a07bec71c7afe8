package io.slipway.firmware;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.account.TestAccounts;
import io.slipway.sql.Plane;
import io.slipway.sql.TestEngine;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The makers' bills of materials, over HTTP. */
@ParameterizedClass
@EnumSource(TestEngine.class)
class SbomsTest {

    /** With spaces, and letters outside of the BMP: it comes back byte by byte. */
    private static final String SBOM =
            "{ \"bomFormat\" : \"CycloneDX\",\n \"specVersion\":\"1.6\", \"components\": ["
                    + "{\"name\":\"esp-idf\"}, {\"name\":\"小智 😀\",\"components\":[{}]}] }\n";

    @Parameter TestEngine engine;
    @TempDir Path folder;
    private FirmwareFixture depot;
    private TestAccounts.Login alice;
    private TestAccounts.Login bob;
    private Build build;
    private String path;

    @BeforeEach
    void open() {
        depot = new FirmwareFixture(engine.config(folder), folder, null);
        alice = depot.login("alice", false);
        bob = depot.login("bob", false);
        build = depot.add(alice.caller(), FirmwareFixture.image("2.0.0"), BuildChanges.NONE);
        path = "/v1/builds/" + build.id() + "/sbom";
    }

    @AfterEach
    void close() {
        depot.close();
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    private int status(TestAccounts.Login who, String method, String body) {
        return depot.call(who, method, path, body).statusCode();
    }

    private long stored() {
        return depot.database.read(
                Plane.CONSOLE,
                tx -> tx.query("SELECT count(*) FROM build_sbom").mapTo(Long.class).one());
    }

    @Test
    void itIsStoredAsItIsReplacedAndDeleted() {
        assertThat(status(alice, "GET", "")).isEqualTo(404);
        var sbom = FirmwareFixture.ok(depot.call(alice, "PUT", path, SBOM)).path("sbom");
        assertThat(sbom.path("specVersion").asText()).isEqualTo("1.6");
        assertThat(sbom.path("components").asLong()).isEqualTo(2);
        assertThat(sbom.path("bytes").asInt())
                .isEqualTo(SBOM.getBytes(StandardCharsets.UTF_8).length);
        var read = depot.call(alice, "GET", path, "");
        assertThat(text(read)).isEqualTo(SBOM);
        assertThat(read.headers().firstValue("Content-Type"))
                .contains("application/vnd.cyclonedx+json");
        assertThat(read.headers().firstValue("Content-Disposition").orElseThrow())
                .contains(build.id());
        var list = FirmwareFixture.ok(depot.call(alice, "GET", "/v1/builds", ""));
        assertThat(list.at("/0/sbom")).isEqualTo(sbom);

        FirmwareFixture.ok(depot.call(alice, "PUT", path, SBOM.replace("1.6", "1.5")));
        assertThat(text(depot.call(alice, "GET", path, ""))).contains("1.5");
        assertThat(stored()).isOne();
        var after = FirmwareFixture.ok(depot.call(alice, "DELETE", path, ""));
        assertThat(after.path("sbom").isNull()).isTrue();
        assertThat(status(alice, "DELETE", "")).isEqualTo(404);
        assertThat(stored()).isZero();
        assertThat(audited("build.sbom")).isEqualTo(2);
        assertThat(audited("build.sbom-delete")).isOne();
    }

    private long audited(String action) {
        return depot.database.read(
                Plane.CONSOLE,
                tx ->
                        tx.query("SELECT count(*) FROM audit WHERE action = :action")
                                .bind("action", action)
                                .mapTo(Long.class)
                                .one());
    }

    @Test
    void itIsDeletedWithItsBuild() {
        FirmwareFixture.ok(depot.call(alice, "PUT", path, SBOM));
        depot.builds().delete(alice.caller(), build.id());
        assertThat(stored()).isZero();
        assertThat(status(alice, "GET", "")).isEqualTo(404);
    }

    @Test
    void whateverIsNotCycloneDxIsRefused() {
        for (String bad :
                new String[] {
                    "",
                    "{",
                    "[]",
                    "{}",
                    "{\"bomFormat\":\"SPDX\",\"specVersion\":\"1.6\"}",
                    "{\"bomFormat\":\"CycloneDX\"}",
                    SBOM + "{}",
                    "[".repeat(10_000),
                    // UTF-16 is JSON as well, but not text that is stored.
                    "\0" + String.join("\0", SBOM.split(""))
                }) {
            assertThat(status(alice, "PUT", bad)).as(bad).isEqualTo(400);
        }
        assertThat(stored()).isZero();
        String large = SBOM + " ".repeat(Sbom.MAX_BYTES);
        assertThat(status(alice, "PUT", large)).isEqualTo(413);
        String largest = SBOM + " ".repeat(Sbom.MAX_BYTES - 200);
        assertThat(status(alice, "PUT", largest)).isEqualTo(200);
    }

    @Test
    void itIsForWhoeverMayHaveTheBuild() {
        FirmwareFixture.ok(depot.call(alice, "PUT", path, SBOM));
        assertThat(status(bob, "GET", "")).isEqualTo(404);
        assertThat(status(bob, "PUT", SBOM)).isEqualTo(404);
        assertThat(status(bob, "DELETE", "")).isEqualTo(404);
        var admin = depot.login("root", true);
        build = depot.add(admin.caller(), FirmwareFixture.image("3.0.0"), BuildChanges.NONE);
        path = "/v1/builds/" + build.id() + "/sbom";
        assertThat(status(bob, "PUT", SBOM)).isEqualTo(403);
        FirmwareFixture.ok(depot.call(admin, "PUT", path, SBOM));
        assertThat(status(bob, "GET", "")).isEqualTo(200);
        assertThat(status(bob, "DELETE", "")).isEqualTo(403);
    }
}
