package io.slipway.voice.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.http.EventLoop;
import io.slipway.http.Json;
import io.slipway.http.stream.StreamingClient;
import io.slipway.http.stream.StreamingLimits;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Recognition behind OpenAI's {@code /audio/transcriptions}: the whole utterance is sent when it
 * has ended.
 */
public final class TranscriptionRecognizer implements Recognizer {

    private static final StreamingLimits LIMITS =
            new StreamingLimits(
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(20),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(30),
                    64 * 1024);

    /** What is shorter is no speech, and some services refuse it: a tenth of a second. */
    private static final int LEAST_SAMPLES = RATE / 10;

    private final StreamingClient client;
    private final VoiceProvider provider;
    private final StreamingLimits limits;

    public TranscriptionRecognizer(StreamingClient client, VoiceProvider provider) {
        this(client, provider, LIMITS);
    }

    TranscriptionRecognizer(
            StreamingClient client, VoiceProvider provider, StreamingLimits limits) {
        this.client = client;
        this.provider = provider;
        this.limits = limits;
    }

    @Override
    public Recognition begin(EventLoop loop, String language, StepListener<String> listener) {
        return new Transcription(loop, language, listener);
    }

    private final class Transcription extends ProviderCall<String> implements Recognition {

        private final EventLoop loop;
        private final String language;
        private final List<short[]> recording = new ArrayList<>();
        private final ByteArrayOutputStream answer = new ByteArrayOutputStream();
        private int samples;
        private boolean ended;
        private boolean plain;

        Transcription(EventLoop loop, String language, StepListener<String> listener) {
            super(loop, provider, listener);
            this.loop = loop;
            this.language = language;
        }

        @Override
        public void audio(short[] more) {
            if (!ended && samples + more.length <= MAX_SAMPLES) {
                samples += more.length;
                recording.add(more);
            }
        }

        @Override
        public void end() {
            if (ended || over()) {
                return;
            }
            ended = true;
            if (samples < LEAST_SAMPLES) {
                loop.execute(() -> recognized(""));
                return;
            }
            ObjectNode fields = Json.object();
            if (!language.isEmpty()) {
                fields.put("language", language);
            }
            fields.put("response_format", "json");
            provider.complete(fields);
            TranscriptionForm form = TranscriptionForm.of(fields, recording);
            recording.clear();
            start(client, "/audio/transcriptions", form.type(), form.body(), limits);
        }

        private void recognized(String text) {
            deliver(RecognizedText.of(text));
            finish();
        }

        @Override
        void begins(String type) throws UnusableAnswer {
            if (type.equals("text/html")) {
                throw UnusableAnswer.unreadable("a web page instead of a text");
            }
            plain = type.equals("text/plain");
        }

        @Override
        void piece(byte[] piece) {
            answer.writeBytes(piece);
        }

        @Override
        void ends() throws UnusableAnswer {
            if (plain) {
                recognized(answer.toString(StandardCharsets.UTF_8));
                return;
            }
            JsonNode body = tree(answer.toByteArray());
            JsonNode text = body.path("text");
            if (!text.isTextual()) {
                throw UnusableAnswer.unreadable("no text: " + message(body));
            }
            recognized(text.asText());
        }
    }
}
