package io.slipway.bench;

import io.slipway.protocol.ClientId;
import io.slipway.protocol.Mac;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The devices of the benchmark, derived from their index. {@code load/checkin.lua} derives the same
 * ones: it calls with the devices that are filled in here.
 */
public final class Fleet {

    /** Indices from here on show a code before the polls begin. */
    public static final long PENDING = 1L << 23;

    /** Indices from here on have never been seen. */
    public static final long NEW = 1L << 24;

    /**
     * Indices from here on were announced by MAC; those of new devices never get here, because no
     * benchmark has two thousand runs.
     */
    public static final long IMPORTED = 1L << 39;

    /** Of the OTA check; the activation poll's is below it. */
    public static final String PATH = "/v1/ota/";

    public static final String USER_AGENT = "bread-compact-wifi/2.4.2";
    public static final String LANGUAGE = "zh-CN";

    private static final long FACTOR = (719_476L << 20) + 260_293;
    private static final long PREFIX = 0x02L << 40;

    private final String template;

    /**
     * @param folder with {@code checkin.body}
     */
    public Fleet(Path folder) throws IOException {
        template = Files.readString(folder.resolve("checkin.body"), StandardCharsets.ISO_8859_1);
    }

    /** The folder of the load scripts, in a checkout. */
    public static Path scripts(Path home) {
        return home.resolve("bench/load");
    }

    /** An odd factor modulo a power of two: MACs are unique, and neighbours are far apart. */
    public static Mac mac(long index) {
        return new Mac(PREFIX | (index * FACTOR & ((1L << 40) - 1)));
    }

    public static ClientId clientId(Mac mac) {
        String hex = mac.toString().replace(":", "");
        String middle = hex.substring(4, 8);
        String end = hex.substring(8);
        return new ClientId(end + middle + "-" + middle + "-4a5b-8c7d-" + hex);
    }

    /** The body of an OTA check. */
    public byte[] body(Mac mac) {
        return template.replace("@MAC@", mac.toString())
                .replace("@CLIENT@", clientId(mac).value())
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    /** One complete request as firmware sends it. */
    public byte[] request(long index, boolean activate, int port) {
        return request(index, activate, port, true);
    }

    /** A check-in over a keep-alive connection. */
    public byte[] kept(long index, int port) {
        return request(index, false, port, false);
    }

    private byte[] request(long index, boolean activate, int port, boolean close) {
        Mac mac = mac(index);
        byte[] body = activate ? "{}".getBytes(StandardCharsets.ISO_8859_1) : body(mac);
        var lines =
                List.of(
                        "POST " + PATH + (activate ? "activate" : "") + " HTTP/1.1",
                        "Host: 127.0.0.1:" + port,
                        "Accept-Language: " + LANGUAGE,
                        "Activation-Version: 1",
                        "Client-Id: " + clientId(mac).value(),
                        "Content-Type: application/json",
                        "Device-Id: " + mac,
                        "User-Agent: " + USER_AGENT,
                        "Content-Length: " + body.length + (close ? "\r\nConnection: close" : ""),
                        "",
                        "");
        byte[] head = String.join("\r\n", lines).getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = java.util.Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        return all;
    }
}
