package io.slipway.protocol.ota;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.protocol.Json;
import io.slipway.protocol.Resources;
import java.util.HexFormat;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ActivateTest {

    private static final String FLAT =
            "{\"algorithm\":\"hmac-sha256\",\"serial_number\":\"SN-1\",\"challenge\":\"c-1\","
                    + "\"hmac\":\"ab5f\"}";
    private static final Activate FOUR = new Activate("hmac-sha256", "SN-1", "c-1", "ab5f");
    private static final Activate NONE = new Activate("", "", "", "");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                " ",
                "null",
                "[]",
                "[{\"hmac\":\"x\"}]",
                "\"hmac\"",
                "1",
                "{\"Payload\":{}}",
                "{\"Payload\":null}",
                "{\"Payload\":[{\"hmac\":\"x\"}]}",
                "{\"Payload\":{\"Payload\":{\"hmac\":\"x\"}}}",
                "{\"hmac\":1,\"serial_number\":null,\"challenge\":{\"a\":[1]},\"algorithm\":true}",
                "{\"HMAC\":\"x\"}",
                "<html>",
                "\u0000",
                "{\"hmac"
            })
    void provesNothing(String body) {
        assertThat(Activate.read(body.getBytes(UTF_8))).isEqualTo(NONE);
        assertThat(Activate.read(body.getBytes(UTF_8)).proves()).isFalse();
    }

    @Test
    void flatAsFirmwareSendsIt() {
        assertThat(Activate.read(FLAT.getBytes(UTF_8))).isEqualTo(FOUR);
        assertThat(FOUR.proves()).isTrue();
    }

    @Test
    void wrappedAsPyXiaozhiSendsIt() {
        String wrapped = "{\"Payload\":" + FLAT + "}";
        assertThat(Activate.read(wrapped.getBytes(UTF_8))).isEqualTo(FOUR);
    }

    @Test
    void aChipWithoutHmacProvesNothing() {
        assertThat(Activate.read(FLAT.replace("ab5f", "").getBytes(UTF_8)).proves()).isFalse();
        assertThat(Activate.read(FLAT.replace("SN-1", "").getBytes(UTF_8)).proves()).isFalse();
    }

    @Test
    void tooLongCountsAsAbsent() {
        String longest = "x".repeat(Activate.MAX_TEXT);
        assertThat(Activate.read(("{\"hmac\":\"" + longest + "\"}").getBytes(UTF_8)).hmac())
                .isEqualTo(longest);
        assertThat(Activate.read(("{\"hmac\":\"" + longest + "x\"}").getBytes(UTF_8)).hmac())
                .isEmpty();
    }

    @Test
    void deepNestingIsNoTrouble() {
        String deep = "{\"a\":" + "[".repeat(100_000);
        assertThat(Activate.read(deep.getBytes(UTF_8))).isEqualTo(NONE);
    }

    @Test
    void randomBytesNeverThrow() {
        long seed = 3;
        var random = new Random(seed);
        for (int i = 0; i < 5000; i++) {
            byte[] body = ("{\"Payload\":" + FLAT + "}").getBytes(UTF_8);
            for (int n = random.nextInt(6); n >= 0; n--) {
                body[random.nextInt(body.length)] = (byte) random.nextInt(256);
            }
            assertThat(Activate.read(body)).as("seed %d, case %d", seed, i).isNotNull();
        }
    }

    /** The test vectors of the server's HMAC check: both keys are used as ASCII. */
    @Test
    void hmacVectors() throws Exception {
        Object vectors = Json.parse(Resources.read("fixtures/vectors.json"));
        for (Object each : Json.array(Json.object(vectors).get("activation_hmac"))) {
            var row = Json.object(each);
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(
                    new SecretKeySpec(
                            String.valueOf(row.get("key_ascii")).getBytes(UTF_8), "HMAC"));
            byte[] hmac = mac.doFinal(String.valueOf(row.get("challenge")).getBytes(UTF_8));
            assertThat(HexFormat.of().formatHex(hmac)).isEqualTo(row.get("hmac_sha256_hex"));
        }
    }
}
