package io.slipway.voice.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ServerSentEventsTest {

    private static List<String> read(byte[] stream, int... cuts) throws UnusableAnswer {
        var events = new ServerSentEvents();
        var all = new ArrayList<String>();
        int from = 0;
        for (int cut : cuts) {
            all.addAll(events.read(Arrays.copyOfRange(stream, from, cut)));
            from = cut;
        }
        all.addAll(events.read(Arrays.copyOfRange(stream, from, stream.length)));
        all.addAll(events.end());
        return all;
    }

    private static List<String> read(String stream) throws UnusableAnswer {
        return read(stream.getBytes(UTF_8));
    }

    @Test
    void linesAreReadAsTheStandardSays() throws Exception {
        assertThat(read("data: one\n\ndata:two\r\n\r\ndata: three\r\rdata: 4"))
                .containsExactly("one", "two", "three", "4");
        assertThat(read(": a comment\n\nevent: x\nid: 7\nretry: 5\ndata: a\ndata:  b\n\n"))
                .containsExactly("a\n b");
        assertThat(read("\ufeffdata: first\n\n")).containsExactly("first");
        assertThat(read("data\n\ndata:\n\n")).containsExactly("", "");
        assertThat(read("event: nothing\n\n\n\n")).isEmpty();
        assertThat(read("")).isEmpty();
    }

    /** Any stream cut into any pieces gives the same events. */
    @Test
    void tcpMayCutAnywhere() throws Exception {
        String[] parts = {
            "data",
            ":",
            " ",
            "\n",
            "\r",
            "\r\n",
            "\n\n",
            "x",
            "你好",
            "🦊",
            "event: y\n",
            ": ping\n\n",
            "data: {\"a\":1}\n\n",
            "data: [DONE]\r\n\r\n",
            "\ufeff"
        };
        for (long seed = 0; seed < 3_000; seed++) {
            var random = new Random(seed);
            var text = new StringBuilder();
            for (int i = random.nextInt(40); i > 0; i--) {
                text.append(parts[random.nextInt(parts.length)]);
            }
            byte[] stream = text.toString().getBytes(UTF_8);
            int[] cuts = random.ints(random.nextInt(12), 0, stream.length + 1).sorted().toArray();
            assertThat(read(stream, cuts)).as("seed %d: %s", seed, text).isEqualTo(read(stream));
            int[] everywhere = new int[stream.length];
            Arrays.setAll(everywhere, i -> i);
            assertThat(read(stream, everywhere)).as("seed %d", seed).isEqualTo(read(stream));
        }
    }

    @Test
    void endlessLinesAndEventsAreRefused() {
        byte[] piece = "x".repeat(10_000).getBytes(UTF_8);
        var line = new ServerSentEvents();
        assertThatThrownBy(
                        () -> {
                            while (true) {
                                line.read(piece);
                            }
                        })
                .isInstanceOf(UnusableAnswer.class)
                .hasMessageContaining("a line of more");
        byte[] data = ("data:" + "x".repeat(10_000) + "\n").getBytes(UTF_8);
        var event = new ServerSentEvents();
        assertThatThrownBy(
                        () -> {
                            while (true) {
                                event.read(data);
                            }
                        })
                .isInstanceOf(UnusableAnswer.class)
                .hasMessageContaining("an event of more");
    }
}
