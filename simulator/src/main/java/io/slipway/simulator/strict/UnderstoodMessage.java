package io.slipway.simulator.strict;

/** What a device understood of a server's text. */
public sealed interface UnderstoodMessage {

    /**
     * @param sampleRate in Hz
     * @param frameMs of audio in each packet
     */
    record Hello(String sessionId, int sampleRate, int frameMs) implements UnderstoodMessage {}

    /** {@code tts} {@code start}: audio follows. */
    record Start() implements UnderstoodMessage {}

    record Sentence(String text) implements UnderstoodMessage {}

    /** {@code tts} {@code stop}: no more audio. */
    record Stop() implements UnderstoodMessage {}

    record Stt(String text) implements UnderstoodMessage {}

    record Llm(String emotion) implements UnderstoodMessage {}

    record Mcp(CJson.Fields payload) implements UnderstoodMessage {}

    record Reboot() implements UnderstoodMessage {}

    record Alert(String status, String message, String emotion) implements UnderstoodMessage {}

    /** Anything that firmware logs and ignores. */
    record Other(String type) implements UnderstoodMessage {}
}
