package io.slipway.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.Person;
import io.slipway.device.seen.KnownHost;
import io.slipway.protocol.firmware.Chip;
import io.slipway.protocol.firmware.MergedWriter;
import io.slipway.rollout.Strangers;
import io.slipway.simulator.board.Power;
import io.slipway.simulator.device.CheckInResult;
import io.slipway.simulator.update.FirmwareFile;
import io.slipway.simulator.update.UpdateOptions;
import io.slipway.simulator.update.UpdatingDevice;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/** Builds, rollouts and a device's updates. */
final class UpdateStory {

    private static final String NOBODY = "0".repeat(32);
    private static final String BOARD = "bread-compact-wifi";
    private static final String BOUNDARY = "---------------------------7d1f";

    private final Client anybody;
    private final Client admin;
    private final Client maker;
    private final Client stranger;
    private final String agent;
    private String build = "";
    private String older = "";

    UpdateStory(Client anybody) {
        this.anybody = anybody;
        this.admin = anybody.registered("admin");
        this.maker = anybody.registered("maker");
        this.stranger = anybody.registered("stranger");
        this.agent = maker.agent("kitchen");
        KnownHost.ofAll(anybody.server.main.base().database(), anybody.server.clock.millis());
    }

    // ---------------------------------------------------------------- builds

    private HttpResponse<String> upload(int status, byte[] file, Map<String, String> fields) {
        var body = new ByteArrayOutputStream();
        fields.forEach((name, value) ->
                text(
                        body,
                        "--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n"
                                .formatted(BOUNDARY, name, value)));
        text(
                body,
                "--%s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.bin\"\r\n\r\n"
                        .formatted(BOUNDARY));
        body.writeBytes(file);
        text(body, "\r\n--%s--\r\n".formatted(BOUNDARY));
        String type = "multipart/form-data; boundary=" + BOUNDARY;
        return maker.sends(status, "POST", "/v1/builds", body.toByteArray(), type);
    }

    private static void text(ByteArrayOutputStream out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    private String uploaded(String version) {
        byte[] image = FirmwareFile.of(Chip.ESP32S3, version).bytes();
        var answer = upload(200, image, Map.of("boards", BOARD, "channel", "edge"));
        return Person.json(answer).at("/data/id").asText();
    }

    void buildsAreUploaded() {
        build = uploaded("2.5.0");
        older = uploaded("2.3.0");
        upload(409, FirmwareFile.of(Chip.ESP32S3, "2.5.0").bytes(), Map.of());
        upload(400, new byte[100], Map.of());
        byte[] app = FirmwareFile.of(Chip.ESP32S3, "2.0.0").bytes();
        var cut = upload(200, MergedWriter.release(Chip.ESP32S3, app).bytes(), Map.of());
        maker.calls(200, "DELETE", "/v1/builds/" + Person.json(cut).at("/data/id").asText(), "");
        maker.calls(415, "POST", "/v1/builds", "{}");
        assertThat(maker.get("/v1/builds?limit=1&channel=edge&board=" + BOARD)).hasSize(1);
        assertThat(maker.get("/v1/builds?q=2.5&chip=esp32s3&quarantined=false")).hasSize(1);
        maker.calls(400, "GET", "/v1/builds?quarantined=x", "");
        maker.get("/v1/channels");
        admin.get("/v1/builds/check");
        maker.calls(403, "GET", "/v1/builds/check", "");
        String path = "/v1/builds/" + build;
        maker.get(path);
        stranger.calls(404, "GET", path, "");
        maker.ok(
                "PATCH",
                path,
                "{\"boards\":[{\"name\":\"%s\",\"aliases\":[\"b\"]}],\"notes\":\"n\",\"floors\":[\"1.0\"]}"
                        .formatted(BOARD));
        maker.ok("PATCH", path, "{\"floors\":[],\"scheme\":\"V2\"}");
        maker.calls(400, "PATCH", path, "{\"scheme\":\"V3\"}");
        stranger.calls(404, "PATCH", path, "{\"notes\":\"n\"}");
        JsonNode held = maker.ok("POST", path + "/quarantine", "{\"reason\":\"it never wakes\"}");
        assertThat(held.at("/quarantine/reason").asText()).isNotEmpty();
        maker.calls(400, "POST", path + "/quarantine", "{}");
        stranger.calls(404, "POST", path + "/quarantine", "{\"reason\":\"x\"}");
        maker.calls(409, "POST", "/v1/rollouts", plan("held", ""));
        maker.ok("DELETE", path + "/quarantine", "");
        stranger.calls(404, "DELETE", path + "/quarantine", "");
        String sbom = "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\"components\":[]}";
        assertThat(maker.ok("PUT", path + "/sbom", sbom).at("/sbom/specVersion").asText())
                .isEqualTo("1.6");
        maker.calls(400, "PUT", path + "/sbom", "{}");
        maker.calls(200, "GET", path + "/sbom", "");
        stranger.calls(404, "PUT", path + "/sbom", sbom);
        maker.ok("DELETE", path + "/sbom", "");
        maker.calls(404, "DELETE", path + "/sbom", "");
        maker.calls(404, "GET", path + "/sbom", "");
        maker.ok("PUT", path + "/sbom", sbom);
        String another = "/v1/builds/" + uploaded("2.4.9");
        maker.ok("DELETE", another, "");
        maker.calls(404, "DELETE", another, "");
    }

    void aPersonDownloads() {
        String at =
                maker.calls(302, "GET", "/v1/builds/" + build + "/file", "")
                        .headers()
                        .firstValue("Location")
                        .orElseThrow();
        stranger.calls(404, "GET", "/v1/builds/" + build + "/file", "");
        Client browser = anybody.with("User-Agent", "Mozilla/5.0");
        var whole = browser.calls(200, "GET", at, "");
        String etag = whole.headers().firstValue("ETag").orElseThrow();
        browser.calls(200, "HEAD", at, "");
        anybody.with("Range", "bytes=0-99").calls(206, "GET", at, "");
        anybody.with("Range", "bytes=99999999-").calls(416, "GET", at, "");
        anybody.with("If-None-Match", etag).calls(304, "GET", at, "");
        anybody.calls(403, "GET", "/v1/firmware/" + build + "/x/2.5.0.bin", "");
        anybody.calls(404, "GET", at.replace("2.5.0.bin", "2.5.1.bin"), "");
        anybody.calls(403, "HEAD", "/v1/firmware/" + build + "/x/2.5.0.bin", "");
    }

    // ---------------------------------------------------------------- rollouts

    private String plan(String name, String more) {
        return "{\"name\":\"%s\",\"build\":\"%s\"%s}".formatted(name, build, more);
    }

    private String created(String plan) {
        return maker.ok("POST", "/v1/rollouts", plan).path("id").asText();
    }

    private void act(String id, String act) {
        maker.ok("POST", "/v1/rollouts/" + id + "/" + act, "{}");
    }

    void rolloutsAreDriven() {
        JsonNode none = maker.ok("POST", "/v1/device-lists", "");
        assertThat(none.path("count").asInt()).isZero();
        byte[] list = "mac\nd4:06:06:00:00:01\nnonsense\n".getBytes(StandardCharsets.UTF_8);
        maker.sends(200, "POST", "/v1/device-lists?kind=names", list, "text/plain");
        maker.sends(400, "POST", "/v1/device-lists", new byte[] {-1}, "text/plain");
        byte[] serials =
                "SN,key\nA1,00112233445566778899aabbccddeeff\n".getBytes(StandardCharsets.UTF_8);
        maker.sends(200, "POST", "/v1/device-lists?kind=serials", serials, "text/plain");
        maker.calls(400, "POST", "/v1/device-lists?kind=x", "");
        maker.calls(400, "POST", "/v1/device-lists?keys=x", "");
        maker.calls(400, "POST", "/v1/device-lists?refused=x", "");
        maker.sends(200, "POST", "/v1/device-lists?refused=all", list, "text/plain");
        maker.ok("POST", "/v1/rollouts/preview", plan("p", ""));
        maker.calls(403, "POST", "/v1/rollouts/preview", plan("p", ",\"everyone\":true"));
        maker.calls(400, "POST", "/v1/rollouts/preview", plan("p", ",\"speed\":1"));
        String more =
                """
                ,"select":{"boards":["x"],"from":"2.0","to":"2.4","tags":["a"]},"limits":{"inFlight":7},\
                "window":{"days":["sat"],"from":"22:00","to":"05:30","zone":"Asia/Shanghai"},\
                "startsAt":"2026-12-01T02:00:00+08:00","macs":["d4:06:06:00:00:01"],"approval":true\
                """;
        String id = created(plan("first", more));
        String path = "/v1/rollouts/" + id;
        maker.calls(409, "DELETE", "/v1/builds/" + build, "");
        maker.calls(409, "PATCH", "/v1/builds/" + build, "{\"boards\":[\"other\"]}");
        stranger.calls(404, "POST", "/v1/rollouts", plan("x", ""));
        maker.calls(403, "POST", "/v1/rollouts", plan("x", ",\"everyone\":true"));
        maker.get(path);
        assertThat(maker.get("/v1/rollouts?status=DRAFT&limit=5&build=" + build)).hasSize(1);
        maker.calls(400, "GET", "/v1/rollouts?status=x", "");
        stranger.calls(404, "GET", path, "");
        for (String act : new String[] {"pause", "resume", "finish", "promote", "approve"}) {
            maker.calls(409, "POST", path + "/" + act, "{}");
            stranger.calls(404, "POST", path + "/" + act, "{}");
        }
        act(id, "start");
        maker.calls(409, "POST", path + "/start", "");
        maker.calls(403, "POST", path + "/approve", "");
        admin.ok("POST", path + "/approve", "");
        act(id, "pause");
        act(id, "resume");
        maker.calls(409, "POST", path + "/halt", "{}");
        act(id, "promote");
        maker.calls(400, "POST", path + "/pause", "{\"reason\":\"x\"}");
        maker.ok("POST", path + "/widen", "{\"stages\":[{\"percent\":75},{\"percent\":100}]}");
        maker.calls(400, "POST", path + "/widen", "{\"stages\":[]}");
        stranger.calls(404, "POST", path + "/widen", "{\"stages\":[{\"percent\":100}]}");
        act(id, "finish");
        maker.calls(409, "POST", path + "/cancel", "{}");
        maker.calls(409, "POST", path + "/widen", "{\"stages\":[{\"percent\":100}]}");
        assertThat(maker.get(path + "/timeline?limit=2&type=rollout_paused")).hasSize(1);
        maker.calls(400, "GET", path + "/timeline?type=x", "");
        stranger.calls(404, "GET", path + "/timeline", "");
        String second = created(plan("second", ""));
        act(second, "cancel");
        stranger.calls(404, "POST", "/v1/rollouts/" + second + "/cancel", "");
        stranger.calls(404, "POST", "/v1/rollouts/" + second + "/start", "");
    }

    // ---------------------------------------------------------------- devices

    /** It is offered the build, and never starts the download. */
    void aDeviceIsUpdated() {
        UpdatingDevice device = device();
        String updates = "/v1/devices/" + device.profile().mac() + "/updates";
        String all =
                ",\"stages\":[{\"percent\":100,\"minDecided\":1,\"soakMinutes\":0}],"
                        + "\"limits\":{\"inFlight\":5}";
        String id = created(plan("all", all));
        act(id, "start");
        assertThat(maker.get(updates).at("/explanation/now/decision").asText()).isEqualTo("OFFER");
        restart(device);
        maker.get(updates);
        maker.ok("POST", "/v1/rollouts/preview", plan("p", ""));
        assertThat(maker.get("/v1/rollouts/" + id + "/devices?state=OFFERED&limit=5")).hasSize(1);
        maker.calls(400, "GET", "/v1/rollouts/" + id + "/devices?state=x", "");
        stranger.calls(404, "GET", "/v1/rollouts/" + id + "/devices", "");
        maker.calls(400, "GET", "/v1/devices/x/updates", "");
        stranger.calls(404, "GET", updates, "");
        for (int i = 0; i < 20 && maker.get("/v1/quarantine").isEmpty(); i++) {
            later(Duration.ofMinutes(30));
            if (maker.get("/v1/rollouts/" + id).path("status").asText().equals("PAUSED")) {
                act(id, "resume");
            }
            restart(device);
            maker.get(updates);
        }
        assertThat(maker.get("/v1/quarantine?limit=1&build=" + build)).hasSize(1);
        maker.calls(400, "GET", "/v1/quarantine?cursor=x", "");
        String clear = "/v1/quarantine/" + device.profile().mac() + "/" + build;
        maker.ok("DELETE", clear, "{\"why\":\"mended\"}");
        maker.calls(404, "DELETE", clear, "");
        maker.calls(400, "DELETE", "/v1/quarantine/x/" + build, "");
        turnedBack(id);
        maker.get(updates);
        assertThat(maker.get("/v1/events")).isNotEmpty();
        admin.get("/v1/events?limit=3&type=offered,rollout_created&rollout=" + id);
        maker.calls(400, "GET", "/v1/events?since=x", "");
    }

    /** Devices of untrusted accounts fail in a rollout to everybody: a person decides. */
    void strangersFail() {
        var strangers = new Strangers(Person.login(anybody.server, "admin"), 70);
        String id = strangers.rollout("2.9.0");
        strangers.crash();
        admin.get("/v1/rollouts/" + id);
        admin.get("/v1/rollouts/" + id + "/devices");
        admin.ok("POST", "/v1/rollouts/" + id + "/halt", "{\"why\":\"it does crash\"}");
    }

    private void turnedBack(String id) {
        String path = "/v1/rollouts/" + id + "/turn-back";
        maker.calls(400, "POST", path, "{}");
        maker.calls(404, "POST", path, "{\"build\":\"" + NOBODY + "\"}");
        maker.ok("POST", path, "{\"build\":\"" + older + "\"}");
        maker.get("/v1/rollouts");
        maker.get("/v1/rollouts/" + id);
        maker.get("/v1/builds");
    }

    /** The overview of all this. */
    void itIsLookedAt() {
        assertThat(maker.get("/v1/overview").path("devices").asInt()).isEqualTo(1);
        assertThat(admin.get("/v1/overview?address=https://other.example").path("attention"))
                .isNotEmpty();
        assertThat(maker.get("/v1/overview/devices?by=version")).hasSize(1);
        maker.calls(400, "GET", "/v1/overview/devices?by=colour", "");
        assertThat(admin.get("/v1/overview/check-ins?by=board&days=2").path("hours")).isNotEmpty();
        admin.calls(400, "GET", "/v1/overview/check-ins?by=board&days=91", "");
        maker.calls(403, "GET", "/v1/overview/check-ins?by=board", "");
        assertThat(admin.get("/v1/system").at("/health/database").asBoolean()).isTrue();
        maker.calls(403, "GET", "/v1/system", "");
        assertThat(admin.ok("POST", "/v1/system/settings", "").path("applied")).isEmpty();
        maker.calls(403, "POST", "/v1/system/settings", "");
        assertThat(admin.get("/v1/system/reach?address=https://other.example").path("findings"))
                .isNotEmpty();
        maker.calls(403, "GET", "/v1/system/reach", "");
        String test = "/v1/backends/test";
        assertThat(maker.ok("POST", test, "{\"agentId\":\"" + agent + "\"}").path("ok").asBoolean())
                .isTrue();
        maker.ok(
                "POST",
                test,
                "{\"backend\":{\"type\":\"relay\",\"url\":\"ws://127.0.0.1:1/\",\"token\":\"t\"}}");
        maker.calls(400, "POST", test, "{}");
        maker.calls(404, "POST", test, "{\"agentId\":\"" + NOBODY + "\"}");
    }

    private UpdatingDevice device() {
        String ota = anybody.server.base() + "/v1/ota/";
        var options = UpdateOptions.of(ota, 1).rate(0).clock(anybody.server.clock).seed(1);
        UpdatingDevice device = UpdatingDevice.of(options);
        device.boot();
        if (!(device.checkIn() instanceof CheckInResult.Pending pending)) {
            throw new AssertionError("it is bound already");
        }
        String bind = "/xiaozhi/device/bind/" + agent + "/" + pending.answer().code();
        maker.ok("POST", bind, "");
        device.activate();
        device.checkIn();
        later(Duration.ofMinutes(11));
        return device;
    }

    /** Lets time pass and pending work complete. */
    private void later(Duration time) {
        anybody.server.main.housekeep();
        anybody.server.clock.advance(time);
        anybody.server.main.housekeep();
    }

    private static void restart(UpdatingDevice device) {
        if (device.power() != Power.OFF) {
            device.powerOff();
        }
        device.boot();
        device.checkIn();
    }
}
