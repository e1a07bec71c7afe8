package io.slipway.protocol.ota;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.protocol.Resources;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever a body contains, reading it yields a result whose texts are bounded and printable. */
class CheckInReaderRandomTest {

    private static final long SEED = Long.getLong("slipway.seed", 20260806L);

    private static final List<byte[]> FIXTURES =
            List.of(
                    Resources.read("fixtures/firmware-2.4.2-s3-wifi.body"),
                    Resources.read("fixtures/firmware-2.4.2-ml307.body"),
                    Resources.read("fixtures/firmware-2.4.2-ssid-not-escaped.body"),
                    Resources.read("fixtures/firmware-1.0.1-device-id-header-only.body"),
                    Resources.read("fixtures/py-xiaozhi-2.1.1.body"),
                    Resources.read("fixtures/requirement-sample.body"));

    /** Values that find more than random bytes do. */
    private static final List<String> NASTY =
            List.of(
                    "null",
                    "{}",
                    "[[[[",
                    "{\"a\":{\"b\":[]}}",
                    "\"\\ud800\"",
                    "\"\\u0000\\u001f\\u007f\\u009f\"",
                    "1e999",
                    "-1e999",
                    "1e-999",
                    "99999999999999999999999999999999",
                    "0x10",
                    "NaN",
                    "tru",
                    "\"" + "é".repeat(500) + "\"",
                    "\"" + "\uD83D\uDE00".repeat(100) + "\"",
                    "9".repeat(2000),
                    "[".repeat(2000),
                    "\\",
                    "\u0000");

    @Test
    void everyTruncation() {
        for (byte[] fixture : FIXTURES) {
            for (int length = 0; length <= fixture.length; length++) {
                byte[] body = Arrays.copyOf(fixture, length);
                assertSound(body, CheckInReader.read(body, null, null), "cut at " + length);
            }
        }
    }

    @Test
    void randomMutations() {
        var random = new Random(SEED);
        for (int i = 0; i < 6000; i++) {
            byte[] body = mutate(random, FIXTURES.get(random.nextInt(FIXTURES.size())));
            String agent = random.nextInt(3) == 0 ? header(random) : null;
            String language = random.nextInt(3) == 0 ? header(random) : null;
            String where = "slipway.seed=" + SEED + ", case " + i;
            try {
                assertSound(body, CheckInReader.read(body, agent, language), where);
                CheckInReader.uuid(body);
            } catch (RuntimeException | StackOverflowError e) {
                throw new AssertionError(where + ": " + new String(body, UTF_8), e);
            }
        }
    }

    private static byte[] mutate(Random random, byte[] fixture) {
        byte[] body = fixture;
        for (int n = 1 + random.nextInt(4); n > 0; n--) {
            int at = random.nextInt(body.length + 1);
            int until = Math.min(body.length, at + random.nextInt(12));
            byte[] middle =
                    switch (random.nextInt(4)) {
                        case 0 -> bytes(random, random.nextInt(12));
                        case 1 -> NASTY.get(random.nextInt(NASTY.size())).getBytes(UTF_8);
                        case 2 -> new byte[0];
                        default -> Arrays.copyOfRange(body, 0, random.nextInt(body.length + 1));
                    };
            byte[] next = new byte[at + middle.length + body.length - until];
            System.arraycopy(body, 0, next, 0, at);
            System.arraycopy(middle, 0, next, at, middle.length);
            System.arraycopy(body, until, next, at + middle.length, body.length - until);
            body = next;
        }
        return body;
    }

    private static byte[] bytes(Random random, int length) {
        byte[] out = new byte[length];
        random.nextBytes(out);
        return out;
    }

    private static String header(Random random) {
        var out = new StringBuilder();
        for (int n = random.nextInt(100); n >= 0; n--) {
            out.append((char) (random.nextInt(4) == 0 ? '/' : random.nextInt(0x10000)));
        }
        return out.toString();
    }

    static void assertSound(byte[] body, CheckIn read, String where) {
        var texts =
                List.of(
                        read.application().name(),
                        read.application().version(),
                        read.application().compileTime(),
                        read.application().idfVersion(),
                        read.application().elfSha256(),
                        read.slot(),
                        read.board().type(),
                        read.board().name(),
                        read.hardware().chip(),
                        read.language());
        assertThat(texts)
                .as("%s: %s", where, new String(body, UTF_8))
                .allSatisfy(CheckInReaderRandomTest::assertPlain);
        assertThat(read.hardware().partitions())
                .hasSizeLessThanOrEqualTo(CheckIn.MAX_PARTITIONS)
                .allSatisfy(p -> assertThat(p.label()).hasSizeLessThanOrEqualTo(16))
                .allSatisfy(p -> assertPlain(p.label()));
        if (read.mac() != null) {
            assertThat(read.mac()).hasSizeLessThanOrEqualTo(CheckIn.MAX_TEXT);
        }
        assertThat(read.fingerprint()).isEqualTo(read.fingerprint());
    }

    private static void assertPlain(String text) {
        assertThat(text).hasSizeLessThanOrEqualTo(CheckIn.MAX_TEXT);
        assertThat(text.codePoints())
                .noneMatch(Character::isISOControl)
                .noneMatch(c -> Character.getType(c) == Character.SURROGATE);
    }
}
