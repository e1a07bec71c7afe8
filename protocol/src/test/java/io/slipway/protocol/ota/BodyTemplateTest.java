package io.slipway.protocol.ota;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.protocol.Resources;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Reading a body with a template yields the same as parsing it. */
class BodyTemplateTest {

    private static final long SEED = Long.getLong("slipway.seed", 20260806L);
    private static final String AGENT = "bread-compact-wifi/2.4.2";

    private static final List<String> FIXTURES =
            List.of(
                    "firmware-2.4.2-s3-wifi",
                    "firmware-2.4.2-ml307",
                    "firmware-2.4.2-ssid-not-escaped",
                    "firmware-1.0.1-device-id-header-only",
                    "py-xiaozhi-2.1.1",
                    "requirement-sample");

    /** Values that other devices, and attackers, send in place of those in the fixtures. */
    private static final List<String> VALUES =
            List.of(
                    "\"\"",
                    "\"客厅的网络\"",
                    "\"\\u5ba2\"",
                    "\"a\\\"b\"",
                    "\"a\",\"b\":\"c\"",
                    "\"\u0001\"",
                    "\"\u007f\"",
                    "0",
                    "-0",
                    "-7",
                    "007",
                    "1.5",
                    "1e5",
                    "123456789012345678901234567890",
                    "null",
                    "true",
                    "{}",
                    "[1]",
                    "\"02:00:00:00:00:01\"",
                    "\"" + "f".repeat(65) + "\"",
                    "\"" + "f".repeat(64) + "\"");

    @Test
    void devicesOfOneBuildShareATemplate() {
        String first = text("firmware-2.4.2-s3-wifi");
        CheckIn read = CheckInReader.read(first.getBytes(UTF_8), AGENT, "zh-CN");
        String second =
                first.replace("d4:06:06:b6:a9:fa", "d4:06:06:00:00:01")
                        .replace("7b94d69a-9808-4c59-9c9b-704333b38aff", "another")
                        .replace("\"8318916\"", "\"99\"")
                        .replace("MyWiFi", "客厅")
                        .replace("\"rssi\":-48", "\"rssi\":-7");
        var templates = new BodyTemplates();
        BodyTemplate template = template(first.getBytes(UTF_8), read);
        templates.add(template, AGENT, "zh-CN");
        CheckIn alike = templates.read(second.getBytes(UTF_8), AGENT, "zh-CN");
        assertThat(alike).isEqualTo(read.withMac("d4:06:06:00:00:01"));
        assertThat(templates.read(second.getBytes(UTF_8), AGENT, "en-US")).isNull();
        assertThat(templates.read(second.getBytes(UTF_8), null, "zh-CN")).isNull();
        assertThat(templates.read(second.replace("2.4.2", "2.4.3").getBytes(UTF_8), AGENT, "zh-CN"))
                .isNull();
    }

    private static BodyTemplate template(byte[] body, CheckIn read) {
        int[] starts = {
            index(body, "\"8318916\""),
            index(body, "\"d4:06:06:b6:a9:fa\""),
            index(body, "\"7b94d69a"),
            index(body, "\"MyWiFi\""),
            index(body, "-48"),
        };
        // The board's own mac is at the end and is a gap, too.
        int[] all = java.util.Arrays.copyOf(starts, starts.length + 1);
        all[starts.length] = text(body).lastIndexOf("\"d4:06:06:b6:a9:fa\"");
        return BodyTemplate.of(body, AGENT, "zh-CN", read, all, 1);
    }

    private static int index(byte[] body, String part) {
        return text(body).indexOf(part);
    }

    private static String text(byte[] body) {
        return new String(body, StandardCharsets.ISO_8859_1);
    }

    private static String text(String fixture) {
        return new String(Resources.read("fixtures/" + fixture + ".body"), UTF_8);
    }

    @Test
    void aTemplateNeedsPlainValues() {
        byte[] body = "{\"a\":\"x\\n\",\"b\":1}".getBytes(UTF_8);
        CheckIn read = CheckInReader.readAfresh(body, AGENT, null);
        assertThat(read.complete()).isTrue();
        assertThat(BodyTemplate.of(body, AGENT, null, read, new int[] {5}, -1)).isNull();
        assertThat(BodyTemplate.of(body, AGENT, null, read, new int[] {15}, -1)).isNotNull();
        assertThat(BodyTemplate.of(body, AGENT, null, read, new int[] {15}, 0)).isNull();
    }

    /** Replaces values of all members, including nested ones, by valid and invalid JSON. */
    @Test
    void readingIsParsing() {
        var random = new Random(SEED);
        int byTemplate = 0;
        for (int i = 0; i < 40_000; i++) {
            String body = text(FIXTURES.get(random.nextInt(FIXTURES.size())));
            for (int n = random.nextInt(4); n > 0; n--) {
                body = exchange(random, body);
            }
            if (random.nextInt(10) == 0) {
                int at = random.nextInt(body.length());
                body = body.substring(0, at) + (char) random.nextInt(256) + body.substring(at + 1);
            }
            // Broken UTF-8, too.
            byte[] bytes =
                    body.getBytes(random.nextInt(5) == 0 ? StandardCharsets.ISO_8859_1 : UTF_8);
            String agent = random.nextBoolean() ? AGENT : null;
            CheckIn parsed = CheckInReader.readAfresh(bytes, agent, null);
            CheckIn read = CheckInReader.read(bytes, agent, null);
            CheckIn again = CheckInReader.read(bytes, agent, null);
            byTemplate += again.hardware().partitions() == read.hardware().partitions() ? 1 : 0;
            assertThat(read).as("slipway.seed=%s, case %s: %s", SEED, i, body).isEqualTo(parsed);
            assertThat(again).isEqualTo(parsed);
            assertThat(read.fingerprint()).isEqualTo(parsed.fingerprint());
        }
        assertThat(byTemplate).as("bodies read by a template").isGreaterThan(10_000);
    }

    private static String exchange(Random random, String body) {
        int colon = body.indexOf(':', random.nextInt(body.length()));
        if (colon < 0) {
            return body;
        }
        int end = colon + 1;
        boolean quoted = end < body.length() && body.charAt(end) == '"';
        end = quoted ? body.indexOf('"', end + 1) + 1 : end;
        while (!quoted && end < body.length() && ",}]".indexOf(body.charAt(end)) < 0) {
            end++;
        }
        return end <= colon
                ? body
                : body.substring(0, colon + 1)
                        + VALUES.get(random.nextInt(VALUES.size()))
                        + body.substring(end);
    }
}
