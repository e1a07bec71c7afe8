package io.slipway.voice.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.http.Json;
import io.slipway.http.ServerAddresses;
import io.slipway.http.ServerUrl;
import io.slipway.session.Await;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Speaks FunASR's WebSocket protocol as its page describes it: checks the order and form of all
 * messages, and answers as a test says.
 */
final class RecognitionServer implements AutoCloseable {

    private static final Set<String> GREETING =
            Set.of(
                    "mode",
                    "wav_name",
                    "wav_format",
                    "audio_fs",
                    "is_speaking",
                    "chunk_size",
                    "chunk_interval",
                    "itn",
                    "hotwords");

    /** What the server does with a connection. */
    interface Ears {
        default void greeted(Utterance utterance) {}

        default void heard(Utterance utterance) {}

        default void ended(Utterance utterance) {}
    }

    private final Ears ears;
    private final HttpServer server;
    private final List<Utterance> utterances = new CopyOnWriteArrayList<>();
    private final List<Throwable> errors = new CopyOnWriteArrayList<>();
    private final AtomicInteger open = new AtomicInteger();

    /**
     * @param status of the answer to handshakes, 101 to accept them, 400 to accept those with the
     *     subprotocol {@code binary} only
     */
    RecognitionServer(Vertx vertx, int status, Ears ears) throws Exception {
        this.ears = ears;
        server =
                vertx.createHttpServer(
                                new HttpServerOptions()
                                        .setWebSocketSubProtocols(
                                                status == 400 ? List.of("binary") : List.of())
                                        .setHost("127.0.0.1")
                                        .setPort(0))
                        .webSocketHandshakeHandler(handshake -> {
                            try {
                                assertThat(handshake.headers().get("Authorization"))
                                        .isEqualTo("Bearer " + ProviderServer.KEY);
                                assertThat(handshake.uri()).isEqualTo("/asr?x=1");
                            } catch (AssertionError e) {
                                errors.add(e);
                            }
                            String offered = handshake.headers().get("Sec-WebSocket-Protocol");
                            if (status == 101 || "binary".equals(offered)) {
                                handshake.accept();
                            } else {
                                handshake.reject(status);
                            }
                        })
                        .webSocketHandler(socket -> utterances.add(new Utterance(socket)))
                        .listen()
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get(30, TimeUnit.SECONDS);
    }

    VoiceProvider provider() {
        var extra = Json.object().put("hotwords", "{\"小智\":20}").put("wav_name", "x");
        var url = new ServerUrl(false, "127.0.0.1", server.actualPort(), "/asr?x=1");
        return new VoiceProvider(url, new ServerAddresses(true), ProviderServer.KEY, "", extra);
    }

    List<Utterance> utterances() {
        return utterances;
    }

    void awaitNoneOpen() throws Exception {
        Await.until(() -> open.get() == 0);
    }

    /** One connection. */
    final class Utterance {
        private final ServerWebSocket socket;
        private final Buffer speech = Buffer.buffer();
        private boolean greeted;
        private boolean shortChunk;
        private boolean ended;
        private JsonNode greeting = Json.object();

        Utterance(ServerWebSocket socket) {
            this.socket = socket;
            open.incrementAndGet();
            socket.closeHandler(closed -> open.decrementAndGet());
            socket.exceptionHandler(reset -> {});
            socket.textMessageHandler(text -> checked(() -> text(text)));
            socket.binaryMessageHandler(bytes -> checked(() -> binary(bytes)));
        }

        private void checked(Runnable check) {
            try {
                check.run();
            } catch (AssertionError | RuntimeException e) {
                errors.add(e);
            }
        }

        private void text(String text) {
            if (greeted) {
                assertThat(text).isEqualTo("{\"is_speaking\":false}");
                assertThat(ended).isFalse();
                ended = true;
                ears.ended(this);
                return;
            }
            greeted = true;
            greeting = Json.read(text);
            var names = new TreeSet<String>();
            greeting.fieldNames().forEachRemaining(names::add);
            assertThat(names).isEqualTo(new TreeSet<>(GREETING));
            assertThat(greeting.path("mode").asText()).isEqualTo("2pass");
            assertThat(greeting.path("wav_format").asText()).isEqualTo("pcm");
            assertThat(greeting.path("wav_name").asText()).isEqualTo("slipway");
            assertThat(greeting.path("audio_fs").asInt()).isEqualTo(16_000);
            assertThat(greeting.path("is_speaking").asBoolean()).isTrue();
            assertThat(greeting.path("chunk_size").toString()).isEqualTo("[5,10,5]");
            assertThat(greeting.path("hotwords").isTextual()).isTrue();
            ears.greeted(this);
        }

        private void binary(Buffer bytes) {
            assertThat(greeted && !ended && !shortChunk).isTrue();
            assertThat(bytes.length() % 2).isZero();
            assertThat(bytes.length()).isBetween(2, 1_920);
            // One server counts messages: only the last may be shorter.
            shortChunk = bytes.length() < 1_920;
            speech.appendBuffer(bytes);
            ears.heard(this);
        }

        byte[] speech() {
            return speech.getBytes();
        }

        void say(String mode, String text, boolean marked) {
            var result = Json.object();
            if (!mode.isEmpty()) {
                result.put("mode", mode);
            }
            result.put("text", text).put("wav_name", "slipway").put("is_final", marked);
            raw(Json.text(result));
        }

        void raw(String message) {
            socket.writeTextMessage(message);
        }

        void close() {
            socket.close();
        }
    }

    @Override
    public void close() {
        try {
            awaitNoneOpen();
            server.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        assertThat(errors).isEmpty();
    }
}
