package io.slipway.simulator.update;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.slipway.protocol.firmware.Chip;
import io.slipway.protocol.ota.CheckIn;
import io.slipway.protocol.ota.CheckInReader;
import io.slipway.simulator.CannedServer;
import io.slipway.simulator.device.OtaUrl;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** A server that offers what a test specifies, and has the files for it. */
public final class CannedUpdates implements AutoCloseable {

    private static final String NOTHING = "";

    private final Map<String, byte[]> responses = new ConcurrentHashMap<>();
    private final CannedServer server;
    private volatile Function<CheckIn, String> firmware = checkIn -> NOTHING;
    private volatile String activation = "";
    private volatile int status = 200;

    public CannedUpdates() throws IOException {
        server = CannedServer.ofBytes(this::answer);
    }

    public String url() {
        return server.url();
    }

    private String origin() {
        return OtaUrl.parse(url()).origin();
    }

    /** The reply to check-ins from now on: the status, and the firmware section. */
    void status(int newStatus) {
        status = newStatus;
    }

    void activation(String json) {
        activation = json;
    }

    /** The firmware section; {@code ""} for nothing new. */
    void firmware(Function<CheckIn, String> newFirmware) {
        firmware = newFirmware;
    }

    void offerNothing() {
        firmware(checkIn -> NOTHING);
    }

    /** Offers this file to every device with another version, as a good server does. */
    public void offer(FirmwareFile file) {
        offer(file, false);
    }

    public void offer(FirmwareFile file, boolean force) {
        String path = put(file);
        firmware(checkIn ->
                checkIn.application().elfSha256().equals(file.elfSha256())
                        ? NOTHING
                        : section(file.version(), path, force));
    }

    /** Offers an existing file to every device, at every check-in. */
    public void insist(String version, String path, boolean force) {
        firmware(checkIn -> section(version, path, force));
    }

    String section(String version, String path, boolean force) {
        return "{\"version\":\"%s\",\"url\":\"%s%s\"%s}"
                .formatted(version, origin(), path, force ? ",\"force\":1" : "");
    }

    /** Stores a file and returns its path. */
    String put(FirmwareFile file) {
        String path = "/fw/" + file.elfSha256().substring(0, 12);
        serve(path, file.bytes());
        return path;
    }

    void serve(String path, byte[] body) {
        String head =
                "HTTP/1.1 200 OK\r\nContent-Length: "
                        + body.length
                        + "\r\nConnection: close\r\n\r\n";
        respond(path, head, body);
    }

    /** Any response at all. */
    void respond(String path, String head, byte[] body) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(head.getBytes(ISO_8859_1));
        out.writeBytes(body);
        responses.put(path, out.toByteArray());
    }

    private byte[] answer(CannedServer.Request request) {
        if (request.head().startsWith("GET ")) {
            return responses.getOrDefault(
                    request.path(), CannedServer.http(404, "{}").getBytes(UTF_8));
        }
        if (status != 200) {
            return CannedServer.http(status, "{\"error\":\"x\"}").getBytes(UTF_8);
        }
        CheckIn checkIn = read(request);
        String offer = firmware.apply(checkIn);
        String section =
                offer.isEmpty()
                        ? "{\"version\":\"" + checkIn.application().version() + "\",\"url\":\"\"}"
                        : offer;
        String body =
                "{\"firmware\":"
                        + section
                        + ",\"websocket\":{\"url\":\"ws://h/\",\"token\":\"t\"}"
                        + (activation.isEmpty() ? "" : ",\"activation\":" + activation)
                        + "}";
        return CannedServer.http(200, body).getBytes(UTF_8);
    }

    private static CheckIn read(CannedServer.Request request) {
        return CheckInReader.read(request.body().getBytes(ISO_8859_1), null, null);
    }

    List<CannedServer.Request> requests() {
        synchronized (server.requests) {
            return List.copyOf(server.requests);
        }
    }

    List<CannedServer.Request> downloads() {
        return requests().stream().filter(r -> r.head().startsWith("GET ")).toList();
    }

    /** What devices have reported, in order. */
    List<CheckIn> checkIns() {
        return requests().stream()
                .filter(r -> r.path().startsWith("/v1/ota") && !r.path().endsWith("activate"))
                .map(CannedUpdates::read)
                .toList();
    }

    CheckIn lastCheckIn() {
        return checkIns().getLast();
    }

    public static FirmwareFile image(String version) {
        return FirmwareFile.of(Chip.ESP32S3, version).withSize(100_000);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
