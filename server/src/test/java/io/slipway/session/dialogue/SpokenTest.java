package io.slipway.session.dialogue;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.Effort;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpokenTest {

    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            quoteCharacter = '\u0001',
            value = {
                "你好，我是小智。 => 你好，我是小智。",
                "It costs $5, or 3.14 €. => It costs $5, or 3.14 €.",
                "**重要**：先*关机*。 => 重要：先关机。",
                "It is ***very* good**, __really__. => It is very good, really.",
                "2 * 3 = 6 => 2 × 3 = 6",
                "2*3 and (1)*(2) => 2 × 3 and (1) × (2)",
                "Call `foo_bar()` in ~~old~~ new code. => Call foo bar() in old new code.",
                "大约3~5天 => 大约3~5天",
                "See [the page](https://a.b/c_(d)?e=f). => See the page.",
                "![图](https://a.b/c.png)这是图。 => 图这是图。",
                "请访问 https://example.com/a?b=c 。 => 请访问。",
                "Go to <https://example.com> (www.example.com). => Go to.",
                "[a][1] and b[^2]. => a and b.",
                "a [note] here => a note here",
                "half [of a link](https://a.b => half of a link",
                "<b>Bold</b> and a < b > c => Bold and a < b > c",
                "one<br/>two => one two",
                "\\*not bold\\* => not bold",
                "C# and F# => C# and F#",
                "你好😀！👨\u200d👩\u200d👧再见👋🏽🇨🇳 => 你好！再见",
                "1️⃣ 第一 => 1 第一",
            })
    void marksAreNotSpoken(String sentence, String spoken) {
        assertThat(Spoken.of(sentence)).isEqualTo(spoken);
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            quoteCharacter = '\u0001',
            value = {
                "- 苹果 => 苹果。",
                "* An apple => An apple.",
                "+ Done! => Done!",
                "1. First step => 1, First step.",
                "2、第二步 => 2，第二步。",
                "## 今天的天气 => 今天的天气。",
                "> # Quoted => Quoted.",
                "- [x] Bought milk => Bought milk.",
                "| 城市 | 气温 | => 城市，气温。",
                "| Paris | 21 °C | sunny | => Paris, 21 °C, sunny.",
                "3.14 is pi => 3.14 is pi",
                "-5 degrees => -5 degrees",
                "2024. A good year => 2024. A good year",
            })
    void linesOfListsAndTablesAreSentences(String sentence, String spoken) {
        assertThat(Spoken.of(sentence)).isEqualTo(spoken);
    }

    @Test
    void whatIsOnlyDrawnIsNotSpoken() {
        for (String drawn :
                List.of(
                        "",
                        " ",
                        "---",
                        "* * *",
                        "|---|:--:|",
                        "=====",
                        "😀",
                        "？",
                        "👍🏽",
                        "https://a.b",
                        "**",
                        "```",
                        "[1]: https://a.b/c",
                        "<br>",
                        "……",
                        "\ud83d",
                        "\u0000")) {
            assertThat(Spoken.of(drawn)).as(drawn).isEmpty();
        }
    }

    @Test
    void noTextDoesWorseThanBeSilent() {
        var random = new Random(23);
        String signs = "[]()*_`~|#>-+.:!?<\\/ \n1aZ你。，^=😀\u200d\ud83d\ufe0f&";
        for (int i = 0; i < Effort.of(30_000, 1_000_000); i++) {
            var text = new StringBuilder();
            for (int j = random.nextInt(80); j > 0; j--) {
                int at = random.nextInt(signs.length() + 2);
                text.append(
                        at < signs.length()
                                ? signs.substring(at, at + 1)
                                : at == signs.length() ? "](https://a.b/c" : "http://x.y");
            }
            String spoken = Spoken.of(text.toString());
            assertThat(spoken).as(text.toString()).doesNotContain("*", "`", "|", "😀", "~~");
            assertThat(spoken).as(text.toString()).doesNotContain("https://a", "http://x");
            assertThat(spoken.length()).isLessThanOrEqualTo(3 * text.length() + 1);
            assertThat(spoken).isEqualTo(spoken.strip());
        }
    }
}
