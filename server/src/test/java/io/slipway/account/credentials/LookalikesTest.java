package io.slipway.account.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.icu.text.SpoofChecker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names that look alike, compared with ICU, which the table comes from. */
class LookalikesTest {

    private static final String HEAD =
            """
            # What characters of user names look like (Unicode TS 39, confusables.txt, by ICU 79.1).
            # Copyright Unicode, Inc. and others, Unicode License V3. LookalikesTest makes this file.
            """;

    private final SpoofChecker icu = new SpoofChecker.Builder().build();

    /** Letters, digits, the signs that names may contain, and the marks that letters consist of. */
    private static boolean used(int c) {
        return Usernames.allowed(c)
                || Character.getType(c) == Character.NON_SPACING_MARK
                || Character.getType(c) == Character.COMBINING_SPACING_MARK;
    }

    @Test
    void theTableIsIcus() throws IOException {
        var table = new StringBuilder(HEAD);
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            String text = Character.toString(c);
            if (used(c) && Normalizer.normalize(text, Normalizer.Form.NFD).equals(text)) {
                String skeleton = icu.getSkeleton(text);
                if (!skeleton.equals(text) && !skeleton.isEmpty()) {
                    table.append(text).append(' ').append(skeleton).append('\n');
                }
            }
        }
        Path fresh = Path.of("target", Lookalikes.TABLE);
        Files.writeString(fresh, table);
        var stored = Lookalikes.class.getResourceAsStream(Lookalikes.TABLE);
        assertThat(stored).as("copy " + fresh + " to src/main/resources").isNotNull();
        assertThat(new String(stored.readAllBytes(), StandardCharsets.UTF_8))
                .as("copy " + fresh + " to src/main/resources")
                .isEqualTo(table.toString());
    }

    @Test
    void skeletonsOfWholeNamesAreIcus() {
        var random = new Random(39);
        int[] allowed = IntStream.rangeClosed(1, 0x2FFF).filter(Usernames::allowed).toArray();
        for (int i = 0; i < 20_000; i++) {
            var name = new StringBuilder();
            for (int n = random.nextInt(1, 8); n > 0; n--) {
                name.appendCodePoint(allowed[random.nextInt(allowed.length)]);
            }
            assertThat(Lookalikes.prototypes(name.toString()))
                    .as(name.toString())
                    .isEqualTo(icu.getSkeleton(name.toString()));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "admin, аdmin",
        "admin, АDMIN",
        "admin, adm1n",
        "paypal, paypaI",
        "paypal, раураl",
        "bob, ΒOB",
        "bob, b0b",
        "口口, 口ロ",
        "modern, rnodern",
    })
    void looksLike(String name, String other) {
        assertThat(Lookalikes.skeleton(other)).isEqualTo(Lookalikes.skeleton(name));
    }

    @ParameterizedTest
    @CsvSource({"alice, alicia", "小明, 小朋", "user1, user2", "ünï, uni", "anna, hanna", "a.b, a-b"})
    void looksDifferent(String name, String other) {
        assertThat(Lookalikes.skeleton(other)).isNotEqualTo(Lookalikes.skeleton(name));
    }
}
