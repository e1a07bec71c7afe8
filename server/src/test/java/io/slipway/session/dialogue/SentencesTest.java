package io.slipway.session.dialogue;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.Effort;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SentencesTest {

    /** A third of them is everything that matters here, in any order. */
    private static final String[] PIECES = {
        "。",
        "，",
        "！",
        "？",
        "；",
        "…",
        "……",
        "、",
        "：",
        "“",
        "”",
        "（",
        "）",
        ".",
        "...",
        ",",
        "!",
        "?",
        "\"",
        "'",
        ")",
        "(",
        "[",
        "]",
        "](",
        "](https://a.b/c?d=e.)",
        "*",
        "**",
        "`",
        "```",
        "```java\n",
        "~~~",
        "\n",
        "\r\n",
        " ",
        "  ",
        "\t",
        "\u3000",
        "<think>",
        "</think>",
        "<thi",
        "<Thinking>",
        "</thinking>",
        "<",
        ">",
        "Dr. ",
        "e.g. ",
        "3.14",
        "1,000",
        "No. 5",
        "U.S. ",
        "2. ",
        "- ",
        "|",
        "😀",
        "👨\u200d👩\u200d👧",
        "\ud83d",
        "\ude00",
        "\u0000",
        "你好",
        "世界",
        "我们今天去公园玩",
        "hello",
        "World",
        "the quick brown fox",
        "ＡＢＣ",
        "안녕",
        "नमस्ते।",
        "é",
        "I",
        "a",
        "Z",
        "7",
        "https://a.b/c.d?e"
    };

    private static List<String> of(String text) {
        var sentences = new Sentences();
        var all = new ArrayList<>(sentences.add(text));
        all.addAll(sentences.flush());
        return all;
    }

    private static void cut(String text, String... expected) {
        assertThat(of(text)).containsExactly(expected);
    }

    @Test
    void chineseSentencesEndAtTheirMarks() {
        cut("你好！我是小智。你今天过得怎么样？", "你好！", "我是小智。", "你今天过得怎么样？");
        cut("太好了！！！真的吗？！是的。", "太好了！", "真的吗？", "是的。");
        cut("他说：“今天下雨。”我们回家吧", "他说：“今天下雨。", "我们回家吧");
        cut("嗯……让我想想。这个问题有点难回答……好的", "嗯……让我想想。", "这个问题有点难回答…", "好的");
        cut("你好!我很好.你呢?再见", "你好!", "我很好.", "你呢?", "再见");
        cut("价格是3.5元。圆周率是3.14。", "价格是3.5元。", "圆周率是3.14。");
    }

    @Test
    void englishSentencesEndBeforeTheNextWord() {
        cut("Hello there. How are you? Fine!", "Hello there.", "How are you?", "Fine!");
        cut("He said \"no.\" Then he left.", "He said \"no.\"", "Then he left.");
        cut("It is **done.** Next one.", "It is **done.**", "Next one.");
        cut("Well... Let me see... maybe.", "Well...", "Let me see... maybe.");
        cut("안녕하세요. 반갑습니다.", "안녕하세요.", "반갑습니다.");
        cut("What?! Really?", "What?!", "Really?");
    }

    @Test
    void numbersNamesAndAbbreviationsAreNoEnds() {
        for (String whole :
                List.of(
                        "Pi is about 3.14 and not 1,000.50 at all.",
                        "Dr. Smith and Mrs. Jones met J. R. Tolkien.",
                        "Use fruit e.g. Apples i.e. Nothing else etc. and so on.",
                        "See Fig. 3 and No. 5 of Dec. 7.",
                        "The U.S. Government is at example.com or 10.0.0.1!",
                        "Look at https://example.com/a?b=c.d now.",
                        "3. Third item")) {
            cut(whole, whole);
        }
        cut("No. I do not. We met on the 5. Then", "No.", "I do not.", "We met on the 5.", "Then");
    }

    @Test
    void theFirstSentenceMayEndAtAComma() {
        cut("当然可以帮您，我们先打开灯，再关上门。", "当然可以帮您，", "我们先打开灯，再关上门。");
        cut("好的，我来看看，请等一下。", "好的，我来看看，", "请等一下。");
        cut("Well, of course, I can help, sir.", "Well, of course,", "I can help, sir.");
        cut("About 1,000,000 people", "About 1,000,000 people");
    }

    @Test
    void linesAreSentences() {
        cut("# 标题\n\n- 苹果\n- 香蕉\r\n\n结束", "# 标题", "- 苹果", "- 香蕉", "结束");
        cut("\n\n  \nHi", "Hi");
    }

    @Test
    void linksAreNotCut() {
        cut("[好。吗](https://a.b/c)可以。", "[好。吗](https://a.b/c)可以。");
        cut(
                "See [this, and. That](http://a.b/(c).D) now.",
                "See [this, and. That](http://a.b/(c).D) now.");
        assertThat(of("区间[0, 1)。" + "是的。".repeat(30))).hasSizeGreaterThan(5);
    }

    @Test
    void reasoningIsLeftOut() {
        cut("<think>Hm. 想一想。\n</think>\n\n你好。", "你好。");
        cut("<THINK>a</Think>b", "b");
        cut("a < b and <b>c</b>", "a < b and <b>c</b>");
        cut("<<think>x</think>y", "<y");
        cut("<think>never ends. At all", new String[0]);
        cut("left over</think>said", "left oversaid");
        cut("ends with <thi", "ends with <thi");
        cut("<think>Oh.</thin</think>x", "x");
    }

    @Test
    void codeIsLeftOut() {
        cut("看：\n```java\nint a = 1; // 好。\n```\n完了。", "看：", "完了。");
        cut("a\n  ~~~~\n~~~\nx\n~~~~\nb", "a", "b");
        cut("a\n```x```\nb", "a", "b");
        cut("a\n```\nnever ends. At all", "a");
        cut("use `a.b` and ``c``", "use `a.b` and ``c``");
        cut("``two`` at first", "``two`` at first");
    }

    @Test
    void longSentencesAreCutAtCommasOrSpaces() {
        String clause = "这是一个很长很长的句子里面的一个部分，";
        assertThat(of("开".repeat(7) + clause.repeat(40))).allMatch(each -> each.endsWith("，"));
        for (String each : of("word ".repeat(200))) {
            assertThat(each).matches("(word )*word").hasSizeLessThan(Sentences.MOST);
        }
        assertThat(of("😀".repeat(500))).allMatch(each -> each.matches("(😀)+"));
        assertThat(of("x".repeat(1_000))).hasSize(5);
    }

    @Test
    void aSentenceComesAsSoonAsItIsWhole() {
        var sentences = new Sentences();
        assertThat(sentences.add("你好")).isEmpty();
        assertThat(sentences.add("。")).containsExactly("你好。");
        assertThat(sentences.add("It is 3.")).isEmpty();
        assertThat(sentences.add("5.")).isEmpty();
        assertThat(sentences.add(" Right?")).containsExactly("It is 3.5.");
        assertThat(sentences.add(" ")).containsExactly("Right?");
        assertThat(sentences.add("The end.")).isEmpty();
        assertThat(sentences.flush()).containsExactly("The end.");
        assertThat(sentences.flush()).isEmpty();
    }

    @Test
    void howTheTextComesInPiecesDoesNotMatter() {
        var random = new Random(17);
        for (int i = 0; i < Effort.of(20_000, 500_000); i++) {
            String text = invented(random);
            List<String> whole = of(text);
            var sentences = new Sentences();
            var pieces = new ArrayList<String>();
            int most = 1 + random.nextInt(10);
            for (int at = 0; at < text.length(); ) {
                int end = Math.min(text.length(), at + random.nextInt(most + 1));
                pieces.addAll(sentences.add(text.substring(at, end)));
                at = end;
            }
            pieces.addAll(sentences.flush());
            assertThat(pieces).as(text).isEqualTo(whole);
            for (String sentence : whole) {
                assertThat(sentence).isNotBlank();
                assertThat(sentence.length()).as(text).isLessThanOrEqualTo(Sentences.MOST);
            }
        }
    }

    private static String invented(Random random) {
        var text = new StringBuilder();
        for (int piece = random.nextInt(random.nextInt(20) == 0 ? 400 : 40); piece > 0; piece--) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString();
    }

    @Test
    void noWordIsLost() {
        var random = new Random(19);
        for (int i = 0; i < Effort.of(10_000, 200_000); i++) {
            String text = invented(random).replaceAll("(?i)</?think(ing)?>|[`~<>]", "");
            String sentences = String.join("", of(text));
            assertThat(words(sentences)).as(text).isEqualTo(words(text));
        }
    }

    private static String words(String text) {
        return text.replaceAll("[^\\p{L}\\p{N}]", "");
    }
}
