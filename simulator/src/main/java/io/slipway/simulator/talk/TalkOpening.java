package io.slipway.simulator.talk;

import io.slipway.simulator.board.DeviceProfile;
import io.slipway.simulator.board.Variant;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A device's first messages: the headers of its handshake and its {@code hello} (device-contract
 * 7).
 */
final class TalkOpening {

    private static final String AUDIO =
            "\"transport\":\"websocket\",\"audio_params\":{\"format\":\"opus\",\"sample_rate\":16000,"
                    + "\"channels\":1,\"frame_duration\":60}}";

    private TalkOpening() {}

    /** The handshake; see {@link TalkSocket#open}. */
    static TalkSocket open(DeviceProfile device, TalkDoor door) throws IOException {
        byte[] random = new byte[16];
        ThreadLocalRandom.current().nextBytes(random);
        String key = Base64.getEncoder().encodeToString(random);
        return TalkSocket.open(
                door.url(), door.source(), headers(device, door, key), key, device.before("1.8"));
    }

    /**
     * Header lines in the order that devices send them.
     *
     * @param key for {@code Sec-WebSocket-Key}
     */
    static List<String> headers(DeviceProfile device, TalkDoor door, String key) {
        String token = door.token();
        boolean desktop = device.variant() == Variant.PY_XIAOZHI;
        // The desktop client has its own token for servers that issue none.
        String bearer = desktop && token.isEmpty() ? "test-token" : token;
        var headers = new ArrayList<String>(10);
        // Firmware never includes the port.
        headers.add("Host: " + door.url().host() + (desktop ? ":" + door.url().port() : ""));
        if (!bearer.isEmpty()) {
            headers.add("Authorization: " + (bearer.indexOf(' ') < 0 ? "Bearer " : "") + bearer);
        }
        headers.add("Client-Id: " + device.clientId());
        headers.add("Connection: Upgrade");
        headers.add("Device-Id: " + device.mac());
        headers.add("Protocol-Version: " + door.version());
        headers.add("Sec-WebSocket-Key: " + key);
        headers.add("Sec-WebSocket-Version: 13");
        headers.add("Upgrade: websocket");
        if (desktop) {
            headers.add("User-Agent: Python/3.10 websockets/15.0.1");
        }
        return headers;
    }

    static String hello(DeviceProfile device, int version) {
        String more =
                switch (device.variant()) {
                    case WIFI, ML307, RAW_SSID, SERIAL ->
                            "\"features\":{\"mcp\":true,\"glyph_push\":true},\"text_font\":{"
                                    + "\"bundle\":\"noto-v1\",\"charset\":\"basic\",\"size\":20,"
                                    + "\"bpp\":4},";
                    case V1_7, PY_XIAOZHI -> "\"features\":{\"mcp\":true},";
                    case V1_6, V1_5, V1_0 -> "";
                };
        return "{\"type\":\"hello\",\"version\":" + version + "," + more + AUDIO;
    }
}
