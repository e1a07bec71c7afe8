package io.slipway.voice.client;

import io.slipway.http.EventLoop;
import io.slipway.http.socket.SocketClient;
import java.time.Duration;

/**
 * Recognition by FunASR's public WebSocket protocol: speech is sent while it is spoken, so that the
 * text is there soon after its end. The language is the server's.
 *
 * <p>Two servers speak it. The one in C++ marks only its last result as final. The one in Python
 * marks all but the last, and sends none if it has heard nothing; with newer libraries it also
 * refuses clients that don't offer a subprotocol, which the other does not know. Which of them it
 * is, is learned from what it sends.
 */
public final class StreamingRecognizer implements Recognizer {

    private static final RecognitionLimits LIMITS =
            new RecognitionLimits(
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(120),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(3),
                    Duration.ofMillis(1_500));

    private final SocketClient client;
    private final VoiceProvider provider;
    private final RecognitionLimits limits;

    /** Whether the last result is the one that is not marked as final. */
    private volatile boolean inverted;

    private volatile String subprotocol = "";

    /**
     * How long is waited.
     *
     * @param connect for name, connection and handshake together
     * @param whole from the beginning to the text
     * @param answer from the end of the speech to the text, or to the next part of it
     * @param nothing likewise, for a server that sends nothing if it has heard nothing
     * @param settle after a result that may be the last one
     */
    record RecognitionLimits(
            Duration connect, Duration whole, Duration answer, Duration nothing, Duration settle) {}

    /**
     * @param provider with the URL of the WebSocket, and fields for the first message, such as
     *     {@code hotwords}. The model is the server's
     */
    public StreamingRecognizer(SocketClient client, VoiceProvider provider) {
        this(client, provider, LIMITS);
    }

    StreamingRecognizer(SocketClient client, VoiceProvider provider, RecognitionLimits limits) {
        this.client = client;
        this.provider = provider;
        this.limits = limits;
    }

    @Override
    public Recognition begin(EventLoop loop, String language, StepListener<String> listener) {
        var recognition = new StreamedRecognition(this, loop, listener);
        recognition.start();
        return recognition;
    }

    SocketClient client() {
        return client;
    }

    VoiceProvider provider() {
        return provider;
    }

    RecognitionLimits limits() {
        return limits;
    }

    boolean inverted() {
        return inverted;
    }

    String subprotocol() {
        return subprotocol;
    }

    void learnSubprotocol(boolean wanted) {
        subprotocol = wanted ? "binary" : "";
    }

    void learnInverted() {
        inverted = true;
    }
}
