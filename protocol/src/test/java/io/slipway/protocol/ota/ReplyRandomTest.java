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
}
