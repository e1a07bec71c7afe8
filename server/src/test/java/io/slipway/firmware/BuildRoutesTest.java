package io.slipway.firmware;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.account.TestAccounts.Login;
import io.slipway.protocol.firmware.Chip;
import io.slipway.protocol.firmware.ImageRefusal.Fault;
import io.slipway.protocol.firmware.MergedWriter;
import io.slipway.sql.Plane;
import io.slipway.sql.TestEngine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildRoutesTest {

    @TempDir Path folder;
    private FirmwareFixture depot;
    private Login admin;
    private Login alice;
    private Login bob;

    @BeforeEach
    void open() {
        depot = new FirmwareFixture(TestEngine.SQLITE.config(folder), folder, null);
        admin = depot.login("root", true);
        alice = depot.login("alice", false);
        bob = depot.login("bob", false);
    }

    @AfterEach
    void close() {
        depot.close();
    }

    private JsonNode ok(Login who, String method, String path, String body) {
        return FirmwareFixture.ok(depot.call(who, method, path, body));
    }

    private void fails(int status, Login who, String method, String path, String body) {
        HttpResponse<byte[]> response = depot.call(who, method, path, body);
        assertThat(response.statusCode())
                .as(method + " " + path + " " + new String(response.body(), StandardCharsets.UTF_8))
                .isEqualTo(status);
        assertThat(FirmwareFixture.json(response).path("code").asInt()).isEqualTo(status);
    }

    private void nothingIsStored() throws InterruptedException {
        for (int i = 0; i < 400 && !FirmwareFixture.names(depot.incoming).isEmpty(); i++) {
            Thread.sleep(25);
        }
        assertThat(FirmwareFixture.names(depot.incoming)).isEmpty();
        assertThat(FirmwareFixture.names(depot.images)).isEmpty();
        assertThat(depot.all()).isEmpty();
    }

    @Test
    void anImageBecomesABuild() {
        byte[] image = FirmwareFixture.image("2.4.2").bytes();
        JsonNode made =
                FirmwareFixture.ok(
                        depot.upload(
                                alice,
                                image,
                                "boards",
                                "[\"a\",{\"name\":\"b\",\"aliases\":[\"B2\"]}]",
                                "notes",
                                "第一版",
                                "channel",
                                "beta",
                                "scheme",
                                "any",
                                "floors",
                                "1.6.0, 2.0"));
        assertThat(made.path("version").asText()).isEqualTo("2.4.2");
        assertThat(made.path("chip").asText()).isEqualTo("esp32s3");
        assertThat(made.path("project").asText()).isEqualTo("xiaozhi");
        assertThat(made.path("elfSha256").asText()).matches("[0-9a-f]{64}");
        assertThat(made.path("size").asInt()).isEqualTo(image.length);
        assertThat(made.path("boards").toString())
                .isEqualTo(
                        "[{\"name\":\"a\",\"aliases\":[]},{\"name\":\"b\",\"aliases\":[\"B2\"]}]");
        assertThat(made.path("notes").asText()).isEqualTo("第一版");
        assertThat(made.path("channel").asText()).isEqualTo("beta");
        assertThat(made.path("scheme").asText()).isEqualTo("ANY");
        assertThat(made.path("floors").toString()).isEqualTo("[\"1.6.0\",\"2.0\"]");
        assertThat(made.path("quarantine").isNull()).isTrue();
        assertThat(made.path("sameVersion")).isEmpty();
        assertThat(made.path("editable").asBoolean()).isTrue();
        String id = made.path("id").asText();
        assertThat(((ObjectNode) made).remove("extraction").isNull()).isTrue();
        assertThat(ok(alice, "GET", "/v1/builds/" + id, "")).isEqualTo(made);
        assertThat(ok(alice, "GET", "/v1/builds?board=b2&q=2.4&chip=esp32s3", "")).hasSize(1);
        assertThat(ok(alice, "GET", "/v1/builds?quarantined=true", "")).isEmpty();
        assertThat(ok(alice, "GET", "/v1/channels", "").toString())
                .isEqualTo("[{\"name\":\"beta\",\"builds\":1}]");
        assertThat(FirmwareFixture.names(depot.incoming)).isEmpty();
        byte[] other = FirmwareFixture.image("2.4.2").seed(3).bytes();
        JsonNode twin = FirmwareFixture.ok(depot.upload(alice, other, "boards", "a, b ," + "c"));
        assertThat(twin.path("sameVersion").get(0).asText()).isEqualTo(id);
        assertThat(twin.path("boards")).hasSize(3);
        HttpResponse<byte[]> again = depot.upload(alice, image);
        assertThat(again.statusCode()).isEqualTo(409);
        assertThat(FirmwareFixture.json(again).at("/data/id").asText()).isEqualTo(id);
    }

    @Test
    void invalidImagesAreRefusedWithAReasonAndNotStored() throws Exception {
        Map<Fault, byte[]> files = BadFirmwareFiles.files();
        var missing = EnumSet.complementOf(EnumSet.copyOf(files.keySet()));
        // Refused before the file is read; tested with the parser; a merged image is taken apart.
        missing.removeIf(fault -> fault.name().startsWith("ZIP"));
        assertThat(missing)
                .containsExactly(
                        Fault.EMPTY,
                        Fault.TOO_LARGE,
                        Fault.MERGED,
                        Fault.MERGED_EMPTY,
                        Fault.MERGED_OVERRUN);
        for (var file : files.entrySet()) {
            HttpResponse<byte[]> response = depot.upload(alice, file.getValue());
            assertThat(response.statusCode()).as("%s", file.getKey()).isEqualTo(400);
            assertThat(FirmwareFixture.json(response).at("/data/reason").asText())
                    .isEqualTo(file.getKey().name());
            assertThat(FirmwareFixture.json(response).path("msg").asText())
                    .matches(".*\\p{IsHan}.*");
        }
        assertThat(depot.upload(alice, new byte[0]).statusCode()).isEqualTo(400);
        byte[] large = FirmwareFixture.image("2.0").size(FirmwareFixture.MAX_IMAGE + 16).bytes();
        assertThat(depot.upload(alice, large).statusCode()).isEqualTo(413);
        nothingIsStored();
    }

    /** Only the application image is kept, and what was done is said. */
    @Test
    void theImageIsTakenOutOfMergedImagesAndZips() throws Exception {
        byte[] home = "\0http://ota.test/xiaozhi/ota/\0".getBytes(StandardCharsets.US_ASCII);
        byte[] image = FirmwareFixture.image("2.4.2").constants(home).bytes();
        byte[] merged =
                new MergedWriter(Chip.ESP32S3)
                        .partition(MergedWriter.APP, 0x10, 0x10000, 0x3000, "ota_0", image)
                        .partition(MergedWriter.DATA, 0x82, 0x13000, 0x1000, "assets", home)
                        .bytes();
        JsonNode made = FirmwareFixture.ok(depot.upload(alice, merged, "boards", "a"));
        assertThat(made.path("size").asInt()).isEqualTo(image.length);
        assertThat(made.path("sha256").asText()).isEqualTo(sha256(image));
        assertThat(made.path("addresses").toString())
                .isEqualTo("[\"http://ota.test/xiaozhi/ota/\"]");
        assertThat(made.path("leadsHome").asBoolean()).isFalse();
        JsonNode extraction = made.path("extraction");
        assertThat(extraction.path("zipEntry").asText()).isEmpty();
        assertThat(extraction.path("partition").asText()).isEqualTo("ota_0");
        assertThat(extraction.path("offset").asInt()).isEqualTo(0x10000);
        assertThat(extraction.path("dropped").toString()).isEqualTo("[\"assets\"]");
        String done =
                "Cut the application image, 8192 bytes, out of the merged image's partition ota_0"
                        + " at 0x10000; dropped the other partitions (assets), which updates don't"
                        + " change.";
        assertThat(extraction.path("en").asText()).isEqualTo(done);
        assertThat(extraction.path("zh").asText()).contains("ota_0", "8192", "assets");
        assertThat(audited()).endsWith(": " + done);
        String path = "/v1/builds/" + made.path("id").asText();
        HttpResponse<byte[]> sent = depot.call(alice, "GET", path + "/file", "");
        String url = depot.base() + sent.headers().firstValue("Location").orElseThrow();
        assertThat(FirmwareFixture.get(url).body()).isEqualTo(image);
        assertThat(FirmwareFixture.names(depot.incoming)).isEmpty();
        // The same image, however it comes.
        assertThat(depot.upload(alice, image).statusCode()).isEqualTo(409);
        assertThat(depot.upload(alice, zip("xiaozhi.bin", image)).statusCode()).isEqualTo(409);
        assertThat(FirmwareFixture.names(depot.incoming)).isEmpty();
        JsonNode zipped =
                FirmwareFixture.ok(depot.upload(bob, zip("v2/merged-binary.bin", merged)));
        assertThat(zipped.path("sha256").asText()).isEqualTo(sha256(image));
        assertThat(zipped.at("/extraction/en").asText())
                .startsWith("Took v2/merged-binary.bin from the zip; cut the application image,");
        assertThat(audited()).contains("v2/merged-binary.bin");
        byte[] plain = FirmwareFixture.image("2.4.3").bytes();
        assertThat(FirmwareFixture.ok(depot.upload(bob, plain)).path("extraction").isNull())
                .isTrue();
    }

    private static String sha256(byte[] bytes) throws NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private static byte[] zip(String name, byte[] content) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry(name));
            zip.write(content);
        }
        return out.toByteArray();
    }

    private String audited() {
        return depot.database.read(
                Plane.CONSOLE,
                tx ->
                        tx.query("SELECT detail FROM audit ORDER BY id DESC LIMIT 1")
                                .mapTo(String.class)
                                .one());
    }

    @Test
    void nothingIsLeftOfAnInvalidMessage() throws Exception {
        byte[] image = FirmwareFixture.image("2.4.2").bytes();
        String[][] wrong = {
            {"boards", "[1]"},
            {"boards", "[{\"aliases\":[]}]"},
            {"boards", "a,A"},
            {"boards", "a,,b"},
            {"boards", "[{\"name\":\"a\",\"aliases\":[\"b\"]},\"B\"]"},
            {"boards", "[\"" + "x".repeat(65) + "\"]"},
            {"boards", "[\"a b\"]"},
            {"boards", "[\"a\""},
            {"channel", "Beta"},
            {"channel", "x".repeat(33)},
            {"scheme", "v3"},
            {"floors", "v1"},
            {"floors", "2.4.2"},
            {"notes", "x".repeat(4_001)},
        };
        for (String[] field : wrong) {
            assertThat(depot.upload(alice, image, field).statusCode())
                    .as(Arrays.toString(field))
                    .isEqualTo(400);
        }
        assertThat(
                        FirmwareFixture.call(
                                        "POST",
                                        depot.base() + "/v1/builds",
                                        image,
                                        "Content-Type",
                                        "x/y")
                                .statusCode())
                .isEqualTo(401);
        nothingIsStored();
    }

    @Test
    void nothingIsLeftOfAClientThatVanishes() throws Exception {
        byte[] body = FirmwareFixture.form(FirmwareFixture.image("2.0").size(90_000).bytes());
        for (int cut : new int[] {10, 5_000, body.length - 1}) {
            try (var socket = new Socket("127.0.0.1", depot.port)) {
                String head =
                        "POST /v1/builds HTTP/1.1\r\nHost: h\r\nAuthorization: "
                                + alice.authorization()
                                + "\r\nContent-Type: "
                                + FirmwareFixture.contentType()
                                + "\r\nContent-Length: "
                                + body.length
                                + "\r\n\r\n";
                socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
                socket.getOutputStream().write(body, 0, cut);
                if (cut == 5_000) {
                    // Like a client that lost power.
                    socket.setSoLinger(true, 0);
                }
            }
        }
        nothingIsStored();
        assertThat(depot.upload(alice, FirmwareFixture.image("2.0").bytes()).statusCode())
                .isEqualTo(200);
    }

    @Test
    void othersBuildsDoNotExistAndCommonOnesAreOnlyLookedAt() {
        String theirs = id(depot.upload(bob, FirmwareFixture.image("2.0").bytes()));
        String common = id(depot.upload(admin, FirmwareFixture.image("2.1").bytes()));
        for (String id : new String[] {theirs, "0".repeat(32), "x", "%00", "check2"}) {
            String path = "/v1/builds/" + id;
            fails(404, alice, "GET", path, "");
            fails(404, alice, "PATCH", path, "{\"notes\":\"x\"}");
            fails(404, alice, "DELETE", path, "");
            fails(404, alice, "GET", path + "/file", "");
            fails(404, alice, "POST", path + "/quarantine", "{\"reason\":\"x\"}");
            fails(404, alice, "DELETE", path + "/quarantine", "");
        }
        JsonNode seen = ok(alice, "GET", "/v1/builds/" + common, "");
        assertThat(seen.path("common").asBoolean()).isTrue();
        assertThat(seen.path("editable").asBoolean()).isFalse();
        fails(403, alice, "PATCH", "/v1/builds/" + common, "{\"notes\":\"x\"}");
        fails(403, alice, "DELETE", "/v1/builds/" + common, "");
        fails(403, alice, "GET", "/v1/builds/" + common + "/file", "");
        fails(403, alice, "GET", "/v1/builds/check", "");
        assertThat(ok(alice, "GET", "/v1/builds", "")).hasSize(1);
        assertThat(ok(admin, "GET", "/v1/builds", "")).hasSize(2);
        ok(admin, "DELETE", "/v1/builds/" + theirs, "");
        fails(404, bob, "GET", "/v1/builds/" + theirs, "");
        fails(400, alice, "GET", "/v1/builds?cursor=x", "");
        fails(400, alice, "GET", "/v1/builds?quarantined=perhaps", "");
        assertThat(FirmwareFixture.get(depot.base() + "/v1/builds").statusCode()).isEqualTo(401);
    }

    private static String id(HttpResponse<byte[]> made) {
        return FirmwareFixture.ok(made).path("id").asText();
    }

    @Test
    void buildsAreChangedAndSetAside() {
        String path = "/v1/builds/" + id(depot.upload(alice, FirmwareFixture.image("2.0").bytes()));
        String change =
                "{\"boards\":[\"x\"],\"channel\":\"stable\",\"floors\":[],\"scheme\":\"V1\"}";
        JsonNode after = ok(alice, "PATCH", path, change);
        assertThat(after.at("/boards/0/name").asText()).isEqualTo("x");
        assertThat(after.path("scheme").asText()).isEqualTo("V1");
        assertThat(ok(alice, "PATCH", path, "{\"channel\":\"\"}").path("channel").asText())
                .isEmpty();
        assertThat(ok(alice, "GET", path, "").at("/boards/0/name").asText()).isEqualTo("x");
        fails(400, alice, "POST", path + "/quarantine", "{}");
        JsonNode held = ok(alice, "POST", path + "/quarantine", "{\"reason\":\"boot loop\"}");
        assertThat(held.at("/quarantine/reason").asText()).isEqualTo("boot loop");
        assertThat(held.at("/quarantine/by").asText()).isEqualTo(alice.caller().accountId());
        assertThat(ok(alice, "GET", "/v1/builds?quarantined=1", "")).hasSize(1);
        assertThat(ok(alice, "DELETE", path + "/quarantine", "").path("quarantine").isNull())
                .isTrue();
        depot.builds().inUse((tx, id) -> true);
        fails(409, alice, "PATCH", path, change);
        fails(409, alice, "DELETE", path, "");
    }

    @Test
    void peopleDownloadTheirOwn() {
        byte[] image = FirmwareFixture.image("2.0").bytes();
        String id = id(depot.upload(alice, image));
        HttpResponse<byte[]> sent = depot.call(alice, "GET", "/v1/builds/" + id + "/file", "");
        assertThat(sent.statusCode()).isEqualTo(302);
        String url = depot.base() + sent.headers().firstValue("Location").orElseThrow();
        HttpResponse<byte[]> whole = FirmwareFixture.get(url);
        assertThat(whole.statusCode()).isEqualTo(200);
        assertThat(whole.body()).isEqualTo(image);
        HttpResponse<byte[]> part = FirmwareFixture.get(url, "Range", "bytes=100-199");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(image, 100, 200));
        String tag = whole.headers().firstValue("ETag").orElseThrow();
        assertThat(FirmwareFixture.get(url, "If-None-Match", tag).statusCode()).isEqualTo(304);
        fails(404, bob, "GET", "/v1/builds/" + id + "/file", "");
    }

    /** As left by a process killed between the file and its row, or by a lost disk. */
    @Test
    void theCheckFindsFilesWithoutBuildsAndBuildsWithoutFiles() throws Exception {
        String kept = id(depot.upload(alice, FirmwareFixture.image("2.0").bytes()));
        String lost = id(depot.upload(alice, FirmwareFixture.image("2.1").bytes()));
        String sha = ok(alice, "GET", "/v1/builds/" + lost, "").path("sha256").asText();
        JsonNode good = ok(admin, "GET", "/v1/builds/check", "");
        assertThat(good.toString())
                .isEqualTo("{\"images\":2,\"builds\":2,\"unused\":[],\"missing\":[]}");
        Files.delete(depot.images.resolve(sha + ".bin"));
        String orphan = "ab".repeat(32);
        Files.write(depot.images.resolve(orphan + ".bin"), new byte[9]);
        Path half = Files.write(depot.images.resolve("." + orphan + ".x.part"), new byte[5]);
        Files.setLastModifiedTime(half, FileTime.fromMillis(1));
        JsonNode found = ok(admin, "GET", "/v1/builds/check", "");
        assertThat(found.path("unused").toString()).isEqualTo("[\"" + orphan + "\"]");
        assertThat(found.path("missing").toString()).isEqualTo("[\"" + lost + "\"]");
        assertThat(half).doesNotExist();
        depot.module.check();
        // Uploaded again after deleting the build, it is complete again.
        ok(alice, "DELETE", "/v1/builds/" + lost, "");
        id(depot.upload(alice, FirmwareFixture.image("2.1").bytes()));
        assertThat(ok(admin, "GET", "/v1/builds/check", "").path("missing")).isEmpty();
        assertThat(ok(alice, "GET", "/v1/builds/" + kept, "").path("id").asText()).isEqualTo(kept);
    }
}
