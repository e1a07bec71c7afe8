package io.slipway.session.dialogue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EmotionTest {

    @Test
    void theFirstKnownEmojiCounts() {
        assertThat(Emotion.of("😀你好")).contains(Emotion.HAPPY);
        assertThat(Emotion.of("今天🚲下雨了😢，真的😡")).contains(Emotion.SAD);
        assertThat(Emotion.of("I ❤️ you")).contains(Emotion.LOVING);
        for (String none : List.of("", "你好", ":-)", "🚲", "\ud83d", "\ude00")) {
            assertThat(Emotion.of(none)).isEmpty();
        }
    }

    @Test
    void everyEmotionHasAnEmojiOfItsOwnThatIsNotSpoken() {
        Set<String> emoji = new HashSet<>();
        for (Emotion emotion : Emotion.values()) {
            assertThat(Emotion.of(emotion.emoji())).contains(emotion);
            assertThat(emotion.word()).matches("[a-z]+");
            assertThat(Spoken.of("a" + emotion.emoji())).isEqualTo("a");
            assertThat(emoji.add(emotion.emoji())).isTrue();
        }
    }
}
