package io.slipway.session;

import io.slipway.protocol.socket.ServerMessage;
import io.slipway.protocol.socket.ServerMessage.BackendMessage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a backend answers to a test sentence. Times are nanoseconds of one clock. Lives on its
 * socket's event loop.
 */
final class ProbeTurn {

    /** How much of what it says is looked at, in characters. */
    private static final int MOST = 4_000;

    /** Servers differ in how many digits their codes have; this one's have six to thirteen. */
    private static final Pattern DIGITS = Pattern.compile("(?<![0-9])[0-9]{6,13}(?![0-9])");

    /** With one of these words in the same sentence or the one before, they are such a code. */
    private static final Pattern WORDS =
            Pattern.compile(
                    "绑定|綁定|激活|启用|啟用|验证码|驗證碼|控制台|控制面板"
                            + "|\\b(?:activat\\w*|bind|binding|bound|regist\\w*|pair|pairing|console)\\b",
                    Pattern.CASE_INSENSITIVE);

    private final long askedAt;
    private final StringBuilder said = new StringBuilder();
    private long answeredAt;
    private boolean answered;
    private boolean over;

    ProbeTurn(long askedAt) {
        this.askedAt = askedAt;
    }

    /** A text of the backend, after its hello. */
    void text(String text, long now) {
        switch (ServerMessage.fromBackend(text)) {
            case BackendMessage.Safe safe when safe.type().equals("tts") -> {
                answered(now);
                say(safe.text());
                over |= safe.state().equals("stop");
            }
            case BackendMessage.Safe safe -> {
                say(safe.text());
                if (safe.type().equals("alert")) {
                    say(text);
                }
            }
            case BackendMessage.BackendMcp _,
                    BackendMessage.BackendHello _,
                    BackendMessage.UnusableHello _,
                    BackendMessage.BackendReboot _,
                    BackendMessage.Unsafe _ -> {}
        }
    }

    /** A packet of audio. */
    void audio(long now) {
        answered(now);
    }

    private void answered(long now) {
        if (!answered) {
            answered = true;
            answeredAt = now;
        }
    }

    private void say(String text) {
        if (said.length() < MOST) {
            said.append(text).append('\n');
        }
    }

    /** Whether it has begun to speak. */
    boolean answered() {
        return answered;
    }

    /** Whether it has spoken to the end. */
    boolean over() {
        return over;
    }

    /** How long it took to begin. */
    long millis() {
        return (answeredAt - askedAt) / 1_000_000;
    }

    /** The activation code that it says; {@code ""} if it says none. */
    String activationCode() {
        boolean named = false;
        for (String sentence : said.toString().split("\n")) {
            boolean before = named;
            named = WORDS.matcher(sentence).find();
            Matcher digits = DIGITS.matcher(sentence);
            if ((named || before) && digits.find()) {
                return digits.group();
            }
        }
        return "";
    }
}
