package io.slipway.voice.client;

import java.util.regex.Pattern;

/** What recognition services send, as the text that was said. */
final class RecognizedText {

    /**
     * Language, emotion and sound as SenseVoice and its kind mark them: {@code <|zh|><|HAPPY|>}.
     */
    private static final Pattern MARKS = Pattern.compile("<\\|[^|<>]{0,40}\\|>");

    private RecognizedText() {}

    static String of(String sent) {
        return MARKS.matcher(sent).replaceAll("").strip();
    }
}
