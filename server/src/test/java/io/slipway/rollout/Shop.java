package io.slipway.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.Person;
import io.slipway.TestServer;
import io.slipway.device.seen.KnownHost;
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

/** A seller of devices on a server, and the actions to update them. */
public final class Shop {

    public static final String BOARD = "bread-compact-wifi";

    final TestServer server;
    final Person owner;

    public Shop(TestServer server) {
        this(server, Person.register(server, "owner"));
    }

    public Shop(TestServer server, Person owner) {
        this.server = server;
        this.owner = owner;
        // Its devices are older than the test.
        KnownHost.ofAll(server.main.base().database(), server.clock.millis());
    }

    Shop at(TestServer other) {
        return new Shop(other, owner.at(other));
    }

    // ---------------------------------------------------------------- builds

    HttpResponse<String> upload(byte[] file, Map<String, String> fields) {
        String boundary = "-----------------------------7d1f";
        var body = new ByteArrayOutputStream();
        fields.forEach((name, value) ->
                text(
                        body,
                        "--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n"
                                .formatted(boundary, name, value)));
        text(
                body,
                "--%s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"xiaozhi.bin\"\r\nContent-Type: application/octet-stream\r\n\r\n"
                        .formatted(boundary));
        body.writeBytes(file);
        text(body, "\r\n--%s--\r\n".formatted(boundary));
        return server.call(
                "POST",
                "/v1/builds",
                body.toByteArray(),
                "Authorization",
                "Bearer " + owner.token,
                "Content-Type",
                "multipart/form-data; boundary=" + boundary);
    }

    private static void text(ByteArrayOutputStream out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Uploads a build for {@link #BOARD}; returns its id. */
    public String build(FirmwareFile file) {
        return build(file, BOARD);
    }

    /** Uploads a build for another board; returns its id. */
    public String build(FirmwareFile file, String board) {
        var response = upload(file.bytes(), Map.of("boards", board));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return Person.json(response).at("/data/id").asText();
    }

    // ---------------------------------------------------------------- rollouts

    /** All at once, and one device that works is enough. */
    public static String plan(String build, String more) {
        return """
        {"name":"%s","build":"%s","stages":[{"percent":100,"minDecided":1,"failurePercent":10,\
        "deliveryPercent":20,"soakMinutes":0}]%s}\
        """
                .formatted("to " + build, build, more);
    }

    public String start(String plan) {
        String id = owner.ok("POST", "/v1/rollouts", plan).path("id").asText();
        owner.ok("POST", "/v1/rollouts/" + id + "/start", "{}");
        return id;
    }

    public JsonNode rollout(String id) {
        return owner.ok("GET", "/v1/rollouts/" + id, "");
    }

    // ---------------------------------------------------------------- devices

    UpdateOptions options(int devices) {
        return UpdateOptions.of(server.base() + "/v1/ota/", devices).rate(0).clock(server.clock);
    }

    /** A device that is bound, has checked in, and was then left alone for a while. */
    public UpdatingDevice device(int seed) {
        return device(options(1).seed(seed));
    }

    UpdatingDevice device(UpdateOptions options) {
        UpdatingDevice device = UpdatingDevice.of(options);
        device.boot();
        owner.bind(code(device.checkIn()));
        assertThat(device.activate()).isNotNull();
        assertThat(device.checkIn()).isInstanceOf(CheckInResult.Ready.class);
        settle();
        return device;
    }

    private static String code(CheckInResult shown) {
        return switch (shown) {
            case CheckInResult.Pending pending ->
                    java.util.Objects.requireNonNull(pending.answer().code());
            case CheckInResult.Ready ready -> throw new AssertionError("already bound");
            case CheckInResult.CheckInFailed failed -> throw new AssertionError(failed.why());
        };
    }

    /** Lets the running builds settle, and pending work complete. */
    void settle() {
        later(Duration.ofMinutes(11));
    }

    public void later(Duration time) {
        server.main.housekeep();
        server.clock.advance(time);
        server.main.housekeep();
    }

    /** Power-cycles it; returns whether it then wants an update. */
    public static boolean restart(UpdatingDevice device) {
        if (device.power() != Power.OFF) {
            device.powerOff();
        }
        device.boot();
        device.checkIn();
        return device.wantsUpdate();
    }
}
