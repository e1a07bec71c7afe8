package io.slipway.session;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.protocol.socket.AudioLayout;
import java.util.Arrays;
import java.util.List;

/** Messages of a backend that no device may get or can handle. */
public final class HostileBackendMessages {

    private HostileBackendMessages() {}

    /** Sent before the hello, which is no reason to lose it. */
    public static final String EARLY = "早上好";

    /** A type that no device knows; it may pass. */
    static final String STRANGE = "{\"type\":\"weather\",\"degrees\":[21,\"°C\"]}";

    /** More than fits into one frame for old firmware. */
    public static final String LONG = "很长的一句话。".repeat(200);

    /** Ids from 2^30 up are for calls by people; the real ones are in this range. */
    private static final long FIRST = 1L << 30;

    private static final long MOST = 1_000_000;

    static final List<String> TEXTS =
            List.of(
                    "",
                    "not json",
                    "[1,2]",
                    "null",
                    "{\"text\":\"no type\"}",
                    "{\"type\":null}",
                    "{\"type\":17}",
                    "{\"type\":\"tts\"}",
                    "{\"type\":\"tts\",\"state\":null}",
                    "{\"type\":\"tts\",\"state\":\"sentence_start\"}",
                    "{\"type\":\"stt\"}",
                    "{\"type\":\"stt\",\"text\":\"\\ud83d\"}",
                    "{\"type\":\"stt\",\"text\":\"a\",\"text\":\"b\"}",
                    "{\"Type\":\"tts\",\"type\":\"stt\",\"text\":\"a\"}",
                    "{\"type\":\"llm\"}",
                    "{\"type\":\"alert\",\"status\":\"x\"}",
                    "{\"type\":\"system\"}",
                    "{\"type\":\"mcp\"}",
                    "{\"type\":\"mcp\",\"payload\":7}",
                    "{\"type\":\"iot\",\"commands\":[{}]}",
                    "{\"type\":\"hello\",\"transport\":\"udp\"}",
                    TestBackend.HELLO,
                    "{\"type\":\"stt\",\"text\":\"" + "a".repeat(70_000) + "\"}",
                    call("5", "self.reboot"),
                    call("5", "self.upgrade_firmware"),
                    call("5", "self.assets.set_download_url"),
                    call("2000000000", "self.get_device_status"),
                    call("4294967301", "self.get_device_status"),
                    call("1.5", "self.get_device_status"),
                    call("6", "self.get_device_status\",\"stackSize\":\"1"),
                    call("6", "self.get_device_status\",\"name\":\"self.reboot"),
                    "{\"type\":\"stt\",\"text\":\"" + LONG + "\"}",
                    STRANGE);

    private static String call(String id, String tool) {
        return "{\"type\":\"mcp\",\"payload\":{\"jsonrpc\":\"2.0\",\"id\":"
                + id
                + ",\"method\":\"tools/call\",\"params\":{\"name\":\""
                + tool
                + "\",\"arguments\":{}}}}";
    }

    /** Frames on which a device would read past their end. */
    static List<byte[]> frames(String layout) {
        AudioLayout spoken = AudioLayout.of(Integer.parseInt(layout));
        if (spoken == AudioLayout.V1) {
            return List.of();
        }
        byte[] good = spoken.frame(new byte[] {1, 2, 3, 4}, 0);
        byte[] lying = good.clone();
        lying[lying.length - 5] = 100;
        return List.of(new byte[0], new byte[] {0}, lying, Arrays.copyOf(good, good.length - 1));
    }

    /** Whether a text is a device's reply to a person's call. */
    static boolean leaked(JsonNode json) {
        long id = json.at("/payload/id").asLong();
        return id >= FIRST && id < FIRST + MOST;
    }
}
