package io.slipway.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.history.ChatLog.NewChatLine;
import io.slipway.history.ChatLog.Speaker;
import io.slipway.protocol.Mac;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StorableTextTest {

    @Test
    void aGoodShortTextStays() {
        for (String text : new String[] {"", "你好", "😀", "a\r\nb\t", "\uFFFD"}) {
            assertThat(StorableText.of(text, 10)).isEqualTo(text);
        }
    }

    @Test
    void aLongTextIsCutBetweenCharacters() {
        assertThat(StorableText.of("abc", 2)).isEqualTo("ab");
        assertThat(StorableText.of("ab😀", 3)).isEqualTo("ab");
        assertThat(StorableText.of("ab😀", 4)).isEqualTo("ab😀");
        assertThat(StorableText.of("a\uD83D", 2)).isEqualTo("a\uFFFD");
        assertThat(StorableText.of("a\uD83Dx", 2)).isEqualTo("a\uFFFD");
        String content = "x".repeat(3_999) + "😀";
        var line = new NewChatLine("s", "a", "b", new Mac(1), Speaker.USER, content, "auto", 1);
        assertThat(line.content()).isEqualTo("x".repeat(3_999));
    }

    @Test
    void whateverComesCanBeStored() throws CharacterCodingException {
        var random = new Random(3);
        char[] pieces = {'\0', 'a', '好', '\uD83D', '\uDE00', '\uDBFF', '\uFFFF', '\n', '\u0001'};
        for (int i = 0; i < 100_000; i++) {
            var text = new StringBuilder();
            for (int n = random.nextInt(12); n > 0; n--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            int max = 1 + random.nextInt(12);
            String kept = StorableText.of(text.toString(), max);
            assertThat(kept.length()).isBetween(Math.min(text.length(), max) - 1, max);
            assertThat(kept.indexOf('\0')).isNegative();
            ByteBuffer bytes =
                    StandardCharsets.UTF_8.newEncoder().encode(java.nio.CharBuffer.wrap(kept));
            assertThat(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString())
                    .isEqualTo(kept);
        }
    }

    @Test
    void aLineDoesNotShowItsContent() {
        var line = new NewChatLine("s", "a", "b", new Mac(1), Speaker.USER, "a secret", "auto", 1);
        assertThat(line.toString() + new Backlog.PendingLine(1, line)).doesNotContain("secret");
        assertThat(new ChatLine(1, 1, "a secret", "", 1).toString()).doesNotContain("secret");
    }
}
