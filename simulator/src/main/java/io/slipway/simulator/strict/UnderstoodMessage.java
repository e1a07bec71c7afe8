package io.slipway.simulator.strict;

/** What a device understood of a server's text. */
public sealed interface Told {

    /**
     * @param sampleRate in Hz
     * @param frameMs of audio in each packet
     */
    record Hello(String sessionId, int sampleRate, int frameMs) implements Told {}

    /** {@code tts} {@code start}: audio follows. */
    record Start() implements Told {}

    record Sentence(String text) implements Told {}

    /** {@code tts} {@code stop}: no more audio. */
    record Stop() implements Told {}

    record Stt(String text) implements Told {}

    record Llm(String emotion) implements Told {}

    record Mcp(CJson.Fields payload) implements Told {}

    record Reboot() implements Told {}

    record Alert(String status, String message, String emotion) implements Told {}

    /** Anything that firmware logs and ignores. */
    record Other(String type) implements Told {}
}
