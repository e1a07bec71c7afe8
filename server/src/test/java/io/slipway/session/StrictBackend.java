package io.slipway.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.http.Json;
import io.slipway.http.Problem;
import io.slipway.protocol.socket.AudioLayout;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A backend on a real port that says what a test makes it say, and notes everything in what it gets
 * that a careful server would complain about.
 */
final class StrictBackend implements AutoCloseable {

    private static final long PATIENCE_S = 20;

    private final Vertx vertx = Vertx.vertx();
    private final HttpServer server;
    private final LinkedBlockingQueue<Call> calls = new LinkedBlockingQueue<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final String session;

    /**
     * @param session its id for every session
     */
    private StrictBackend(String session) {
        this.session = session;
        server = vertx.createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setPort(0));
        server.webSocketHandler(socket -> calls.add(new Call(socket)));
        wait(server.listen());
    }

    static StrictBackend start(String session) {
        return new StrictBackend(session);
    }

    String url() {
        return "ws://127.0.0.1:" + server.actualPort() + "/";
    }

    /** The next connection. */
    Call accept() throws InterruptedException {
        Call call = calls.poll(PATIENCE_S, TimeUnit.SECONDS);
        assertThat(call).as("a connection").isNotNull();
        return call;
    }

    /** What it had to complain about. */
    List<String> complaints() {
        return complaints;
    }

    private static void wait(io.vertx.core.Future<?> future) {
        try {
            future.toCompletionStage().toCompletableFuture().get(PATIENCE_S, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One connection. */
    final class Call {
        private final ServerWebSocket socket;
        private final AudioLayout layout;
        private final LinkedBlockingQueue<JsonNode> texts = new LinkedBlockingQueue<>();
        private final LinkedBlockingQueue<byte[]> frames = new LinkedBlockingQueue<>();
        private final LinkedBlockingQueue<Boolean> ended = new LinkedBlockingQueue<>();
        private boolean greeted;

        Call(ServerWebSocket socket) {
            this.socket = socket;
            String version = header("Protocol-Version");
            if (!version.matches("[123]")) {
                complaints.add("Protocol-Version: " + version);
            }
            this.layout = AudioLayout.of(version.matches("[123]") ? Integer.parseInt(version) : 1);
            socket.textMessageHandler(this::heard);
            socket.binaryMessageHandler(this::heard);
            socket.exceptionHandler(broken -> {});
            socket.closeHandler(closed -> ended.add(true));
        }

        String header(String name) {
            String value = socket.headers().get(name);
            return value == null ? "" : value;
        }

        private void heard(String text) {
            JsonNode json;
            try {
                json = Json.read(text);
            } catch (Problem e) {
                complaints.add("not JSON: " + text);
                return;
            }
            String type = json.path("type").asText();
            if (!greeted) {
                greeted = true;
                if (!type.equals("hello")) {
                    complaints.add("before the hello: " + text);
                }
                if (json.path("version").asInt() != layout.version()) {
                    complaints.add("hello and header disagree: " + text);
                }
                if (!json.path("agent_params").path("agent_id").isTextual()) {
                    complaints.add("no agent: " + text);
                }
            } else if (type.equals("hello")) {
                complaints.add("another hello: " + text);
            } else if (json.has("session_id")
                    && !json.path("session_id").asText().equals(session)) {
                complaints.add("another session: " + text);
            }
            texts.add(json);
        }

        private void heard(Buffer frame) {
            byte[] bytes = frame.getBytes();
            if (layout.read(bytes).isEmpty()) {
                complaints.add("a frame of another layout");
            }
            frames.add(bytes);
        }

        /** The next text. */
        JsonNode next() throws InterruptedException {
            JsonNode text = texts.poll(PATIENCE_S, TimeUnit.SECONDS);
            assertThat(text).as("a text").isNotNull();
            return text;
        }

        byte[] nextFrame() throws InterruptedException {
            byte[] frame = frames.poll(PATIENCE_S, TimeUnit.SECONDS);
            assertThat(frame).as("a frame").isNotNull();
            return frame;
        }

        /** Waits for the end of the connection. */
        void awaitEnd() throws InterruptedException {
            assertThat(ended.poll(PATIENCE_S, TimeUnit.SECONDS)).as("the end").isNotNull();
        }

        /** A correct hello with these audio parameters, after the device's. */
        JsonNode greet(String audioParams) throws InterruptedException {
            JsonNode hello = next();
            say(
                    "{\"type\":\"hello\",\"transport\":\"websocket\",\"session_id\":%s,%s}"
                            .formatted(Json.text(session), "\"audio_params\":" + audioParams));
            return hello;
        }

        /** A correct hello: Opus of 24 kHz in frames of {@code frameMs}. */
        JsonNode greet(int frameMs) throws InterruptedException {
            return greet(
                    "{\"format\":\"opus\",\"sample_rate\":24000,\"channels\":1,\"frame_duration\":"
                            + frameMs
                            + "}");
        }

        void say(String text) {
            socket.writeTextMessage(text);
        }

        /** A message of a type with its own session id, and these members. */
        void say(String type, String members) {
            say(
                    "{\"type\":\"%s\",\"session_id\":%s,%s}"
                            .formatted(type, Json.text(session), members));
        }

        void say(byte[] frame) {
            socket.writeBinaryMessage(Buffer.buffer(frame));
        }

        void close(int code) {
            var _ = socket.close((short) code, "");
        }
    }

    @Override
    public void close() {
        wait(vertx.close());
    }
}
