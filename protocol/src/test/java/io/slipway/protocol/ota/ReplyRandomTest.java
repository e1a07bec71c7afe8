package io.slipway.protocol.ota;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Whatever a server is asked to send, what leaves it obeys device-contract 0. */
class ReplyRandomTest {

    private static final long SEED = Long.getLong("slipway.seed", 20260807L);
    private static final int CASES = 40_000;

    @Test
    void noAnswerBreaksADevice() {
        var answers = new HostileAnswers(new Random(SEED));
        Map<String, Integer> seen = new TreeMap<>();
        for (int i = 0; i < CASES; i++) {
            ReplyDraft answer = answers.next();
            String where = "slipway.seed=" + SEED + ", case " + i + ": " + answer;
            Reply reply;
            try {
                reply = Reply.checkIn(answer);
            } catch (RuntimeException e) {
                throw new AssertionError(where, e);
            }
            String body = new String(reply.body(), UTF_8);
            String running = answer.firmware() == null ? "" : answer.firmware().running();
            assertThat(DeviceRules.broken(reply.body(), running)).as(where + body).isEmpty();
            assertThat(reply.status()).as(where).isEqualTo(200);
            assertThat(reply.contentType()).as(where).isEqualTo("application/json");
            assertThat(body.contains("\"activation\"")).isEqualTo(answer.activation() != null);
            if (answer.transport() instanceof ReplyDraft.WebsocketSection) {
                assertThat(body).as(where).doesNotContain("\"mqtt\"");
            }
            for (String section : new String[] {"activation", "firmware", "mqtt", "websocket"}) {
                if (body.contains("\"" + section + "\":{")) {
                    seen.merge(section, 1, Integer::sum);
                }
            }
        }
        // Leaving everything out would pass the check as well.
        assertThat(seen.keySet()).containsExactly("activation", "firmware", "mqtt", "websocket");
        assertThat(seen.values()).allMatch(times -> times > CASES / 100);
    }

    /** Values that cJSON reads, and what an author of errors could put in front. */
    private static final String[] PIECES = {
        "{}",
        "[1]",
        "1",
        "-1",
        "\"x\"",
        "true",
        "false",
        "null",
        " ",
        "\n",
        "\t",
        "\uFEFF",
        "error",
        ": ",
        "é",
        "\uD83D\uDE00",
        "\uD800",
        "\u0000",
        "NaN",
        "{\"activation\":{}}"
    };

    @Test
    void noErrorForOldFirmwareBeginsLikeJson() {
        var random = new Random(SEED);
        int[] statuses = {400, 401, 403, 404, 405, 413, 414, 415, 431, 500, 503};
        for (int i = 0; i < CASES; i++) {
            int status = statuses[random.nextInt(statuses.length)];
            String error = pieces(random);
            String detail = random.nextBoolean() ? null : pieces(random);
            Reply reply = Reply.error(status, error, detail).readableBy(FirmwareAge.OLD);
            String where = "slipway.seed=" + SEED + ", case " + i + ": " + error + " / " + detail;
            assertThat(reply.status()).as(where).isEqualTo(status);
            assertThat(reply.contentType()).as(where).startsWith("text/plain");
            assertThat(new String(reply.body(), UTF_8)).as(where).startsWith("error: ");
            assertThat(beginsLikeJson(reply.body())).as(where).isFalse();
        }
    }

    @Test
    void whoeverIsAssumedToBeOldGetsTextExceptWithoutADeviceId() {
        Reply error = Reply.error(500, "x", null);
        assertThat(beginsLikeJson(error.readableBy(FirmwareAge.UNKNOWN).body())).isFalse();
        assertThat(beginsLikeJson(error.readableBy(FirmwareAge.CURRENT).body())).isTrue();
        assertThat(beginsLikeJson(Reply.noDeviceId().readableBy(FirmwareAge.UNKNOWN).body()))
                .isTrue();
        assertThat(beginsLikeJson(Reply.noDeviceId().readableBy(FirmwareAge.OLD).body())).isFalse();
        assertThat(Reply.pending().readableBy(FirmwareAge.OLD)).isSameAs(Reply.pending());
    }

    private static String pieces(Random random) {
        var text = new StringBuilder();
        for (int left = random.nextInt(4); left >= 0; left--) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString();
    }

    // As cJSON's parse_value decides, after a byte order mark and blanks.
    private static boolean beginsLikeJson(byte[] body) {
        String text = new String(body, UTF_8);
        int at = text.startsWith("\uFEFF") ? 1 : 0;
        while (at < text.length() && text.charAt(at) <= ' ') {
            at++;
        }
        String rest = text.substring(at);
        return rest.startsWith("null")
                || rest.startsWith("true")
                || rest.startsWith("false")
                || (!rest.isEmpty() && "\"-0123456789[{".indexOf(rest.charAt(0)) >= 0);
    }
}
