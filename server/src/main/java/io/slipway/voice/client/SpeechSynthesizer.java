package io.slipway.voice.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.http.EventLoop;
import io.slipway.http.Json;
import io.slipway.http.stream.StreamingClient;
import io.slipway.http.stream.StreamingLimits;
import io.slipway.sound.Recording;
import java.time.Duration;
import java.util.Set;

/** Synthesis behind OpenAI's {@code /audio/speech}, streamed as it comes. */
public final class SpeechSynthesizer implements Synthesizer {

    /** Of the samples that OpenAI's own service sends, a second. */
    public static final int USUAL_RATE = 24_000;

    private static final StreamingLimits LIMITS =
            new StreamingLimits(
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(300),
                    // Almost six minutes at that rate.
                    16L * 1024 * 1024);

    private final StreamingClient client;
    private final VoiceProvider provider;
    private final int rate;
    private final StreamingLimits limits;

    /**
     * @param rate of the bare samples that are asked for; 0 to ask for WAV files, which say theirs
     */
    public SpeechSynthesizer(StreamingClient client, VoiceProvider provider, int rate) {
        this(client, provider, rate, LIMITS);
    }

    SpeechSynthesizer(
            StreamingClient client, VoiceProvider provider, int rate, StreamingLimits limits) {
        this.client = client;
        this.provider = provider;
        this.rate = rate;
        this.limits = limits;
        if (rate != 0 && !Recording.hasRate(rate)) {
            throw new IllegalArgumentException(rate + " samples a second");
        }
    }

    @Override
    public RunningStep speak(
            EventLoop loop, String text, String voice, StepListener<Recording> listener) {
        Synthesizer.require(text);
        ObjectNode request = Json.object().put("input", text);
        if (!voice.isEmpty()) {
            request.put("voice", voice);
        }
        request.put("response_format", rate == 0 ? "wav" : "pcm");
        provider.complete(request);
        var speech = new Speech(loop, provider, listener, new SoundReader(rate));
        byte[] body = Json.write(request);
        speech.start(client, "/audio/speech", "application/json", body, limits);
        return speech;
    }

    private static final class Speech extends ProviderCall<Recording> {

        /** Media types of sound that can be read, besides those that say nothing. */
        private static final Set<String> SOUND =
                Set.of(
                        "",
                        "application/octet-stream",
                        "binary/octet-stream",
                        "audio/pcm",
                        "audio/x-pcm",
                        "audio/raw",
                        "audio/l16",
                        "audio/wav",
                        "audio/wave",
                        "audio/x-wav",
                        "audio/vnd.wave",
                        "audio/basic",
                        // Some servers say so whatever they send; the content is looked at.
                        "audio/mpeg");

        private final SoundReader reader;

        Speech(
                EventLoop loop,
                VoiceProvider provider,
                StepListener<Recording> listener,
                SoundReader reader) {
            super(loop, provider, listener);
            this.reader = reader;
        }

        @Override
        void begins(String type) throws UnusableAnswer {
            if (!SOUND.contains(type)) {
                throw UnusableAnswer.unreadable("\"" + type + "\" instead of PCM or WAV");
            }
        }

        @Override
        void piece(byte[] piece) throws UnusableAnswer {
            reader.read(piece).ifPresent(this::deliver);
        }

        @Override
        void ends() throws UnusableAnswer {
            reader.end();
            finish();
        }
    }
}
