package io.slipway.protocol.ota;

import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Replies that a careless or hostile setting, backend or upload could try to send. */
final class HostileAnswers {

    private static final List<String> PIECES =
            List.of(
                    ":",
                    "://",
                    "//",
                    "/",
                    "?",
                    "#",
                    "@",
                    "[::1]",
                    "[fe80::1%25eth0]",
                    "::",
                    "\"",
                    "\\",
                    "\n",
                    "\r\n",
                    "\t",
                    "\u0000",
                    "\u001b",
                    "\u007f",
                    "\u009f",
                    "\u2028",
                    "\uFEFF",
                    "\uD800",
                    "\uDC00",
                    "\uD83D\uDE00",
                    "激活码",
                    "é",
                    " ",
                    "'",
                    "{}",
                    "null",
                    "999999999999",
                    "-1",
                    "0",
                    "65536",
                    "wss",
                    "%00",
                    "AT+",
                    "user:pw@",
                    "12:30",
                    ".",
                    "..",
                    "v");

    private static final List<String> URLS =
            List.of(
                    "wss://h.example/v1/ws/",
                    "ws://10.0.0.1:8080/v1/ws/?a=b",
                    "https://h.example/v1/firmware/1.bin",
                    "http://h:80/x",
                    "wss://[2001:db8::1]:443/ws",
                    "wss://user:pw@h/ws",
                    "ws://h/ws?at=12:30",
                    "ws://h:port/",
                    "ftp://h/x");

    private static final List<String> VERSIONS =
            List.of(
                    "2.4.2",
                    "2.4.10",
                    "2.4.2-dirty",
                    "v2.5.0",
                    "2..5",
                    ".3",
                    "",
                    "2.5.",
                    " 2.5",
                    "2.4.99999999999",
                    "-1.+2",
                    "2147483648",
                    "1.2\t",
                    "1.\n2");

    private static final List<String> ENDPOINTS =
            List.of(
                    "host",
                    "host:1883",
                    "10.0.0.1:8883",
                    "mqtt://host:1883",
                    "host:1:2",
                    "[::1]:1883",
                    "host:");

    private static final List<String> WORDS = List.of("GID_test@@@aa_bb", "tok", "p/q-r_s.t");

    private static final List<String> CODES = List.of("608303", "043150", "0000000", "6o8303", "1");

    private final Random random;

    HostileAnswers(Random random) {
        this.random = random;
    }

    ReplyDraft next() {
        return new ReplyDraft(
                new ReplyDraft.ServerTime(number(), (int) number(), text(List.of("Asia/Shanghai"))),
                random.nextInt(5) == 0 ? null : firmware(),
                transport(),
                random.nextInt(4) == 0 ? null : activation());
    }

    private ReplyDraft.FirmwareSection firmware() {
        String running = text(VERSIONS);
        String version = random.nextInt(4) == 0 ? running : text(VERSIONS);
        return new ReplyDraft.FirmwareSection(running, version, text(URLS), random.nextBoolean());
    }

    private ReplyDraft.@Nullable Transport transport() {
        return switch (random.nextInt(5)) {
            case 0 -> null;
            case 1, 2 ->
                    new ReplyDraft.WebsocketSection(text(URLS), text(WORDS), random.nextInt(6) - 1);
            default ->
                    new ReplyDraft.MqttSection(
                            text(ENDPOINTS),
                            text(WORDS),
                            text(WORDS),
                            text(WORDS),
                            (int) number(),
                            text(WORDS),
                            text(WORDS));
        };
    }

    private ReplyDraft.ActivationSection activation() {
        String code = random.nextInt(5) == 0 ? null : text(CODES);
        String message = "https://console.example\n" + (random.nextBoolean() ? code : "");
        return new ReplyDraft.ActivationSection(
                code, text(List.of(message)), text(WORDS), (int) number());
    }

    private long number() {
        return switch (random.nextInt(10)) {
            case 0 -> Integer.MIN_VALUE;
            case 1 -> Integer.MAX_VALUE;
            case 2 -> Long.MIN_VALUE;
            case 3 -> Long.MAX_VALUE;
            case 4 -> 0;
            case 5 -> random.nextLong();
            default -> 1 + random.nextInt(1080);
        };
    }

    /** Mostly a valid text, otherwise one that was tampered with, a random or a huge one. */
    private String text(List<String> sound) {
        String base = sound.get(random.nextInt(sound.size()));
        return switch (random.nextInt(40)) {
            case 0 -> insert(base, PIECES.get(random.nextInt(PIECES.size())));
            case 1 -> insert(base, String.valueOf((char) random.nextInt(0x10000)));
            case 2 -> noise(random.nextInt(40));
            case 3 -> base + "a".repeat(random.nextInt(700));
            case 4 -> base + "\n".repeat(random.nextInt(520));
            case 5 -> random.nextInt(8) == 0 ? "x".repeat(100_000) : "";
            default -> base;
        };
    }

    private String insert(String base, String piece) {
        int at = random.nextInt(base.length() + 1);
        return base.substring(0, at) + piece + base.substring(at);
    }

    private String noise(int length) {
        var out = new StringBuilder();
        for (int i = 0; i < length; i++) {
            out.append(
                    random.nextBoolean()
                            ? PIECES.get(random.nextInt(PIECES.size()))
                            : String.valueOf((char) random.nextInt(128)));
        }
        return out.toString();
    }
}
