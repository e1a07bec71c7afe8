package io.slipway.session;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.http.Json;
import io.slipway.http.Problem;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.http.WebSocketInternal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Another server that speaks the protocol, on a real port, correctly or incorrectly as specified.
 */
public final class TestBackend implements AutoCloseable {

    private static final String SESSION = "backend-session-1";

    /** Its answer to every question. */
    public static final String ANSWER = "今天天气很好。";

    static final String HELLO =
            "{\"type\":\"hello\",\"transport\":\"websocket\",\"session_id\":\"backend-session-1\","
                    + "\"audio_params\":{\"format\":\"opus\",\"sample_rate\":16000,\"channels\":1,"
                    + "\"frame_duration\":20}}";

    /** Its behaviour on a socket. */
    public enum Manner {
        /** Says hello, and echoes every frame. */
        ECHOES,
        /** Accepts the connection and sends nothing. */
        SILENT,
        /** Says hello and then reads nothing. */
        STALLS,
        /**
         * Like ECHOES, and answers texts: a wake word with {@code stt}, a question with a sentence,
         * an abort with {@code tts stop}.
         */
        ANSWERS,
        /** Like ANSWERS, after all messages of {@link HostileBackendMessages}. */
        RUDE
    }

    private final Vertx vertx = Vertx.vertx();
    private final Manner manner;
    private HttpServer server;
    private int port;
    final List<Map<String, String>> handshakes = new CopyOnWriteArrayList<>();
    final LinkedBlockingQueue<JsonNode> texts = new LinkedBlockingQueue<>();
    final AtomicLong frames = new AtomicLong();

    /** Replies to people's calls in the console, which are not for a backend. */
    public final AtomicLong leaks = new AtomicLong();

    /** Texts with a session id other than this server's own. */
    public final AtomicLong misnamed = new AtomicLong();

    private final Map<ServerWebSocket, Boolean> sockets = new ConcurrentHashMap<>();

    private TestBackend(Manner manner) {
        this.manner = manner;
    }

    public static TestBackend start(Manner manner) {
        var backend = new TestBackend(manner);
        backend.listen(0);
        return backend;
    }

    private void listen(int wanted) {
        server =
                vertx.createHttpServer(
                        new HttpServerOptions().setHost("127.0.0.1").setPort(wanted));
        server.webSocketHandler(this::session);
        wait(server.listen());
        port = server.actualPort();
    }

    private static void wait(io.vertx.core.Future<?> future) {
        try {
            future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    public String url() {
        return "ws://127.0.0.1:" + port + "/talk?room=1";
    }

    private void session(ServerWebSocket socket) {
        var headers = new ConcurrentHashMap<String, String>();
        socket.headers()
                .forEach((name, value) ->
                        headers.put(name.toLowerCase(java.util.Locale.ROOT), value));
        headers.put("path", socket.uri());
        handshakes.add(headers);
        sockets.put(socket, true);
        socket.closeHandler(closed -> sockets.remove(socket));
        socket.exceptionHandler(broken -> {});
        socket.textMessageHandler(text -> {
            try {
                heard(socket, headers, Json.read(text.getBytes(StandardCharsets.UTF_8)));
            } catch (Problem e) {
                // Devices' own texts are not always JSON.
            }
        });
        socket.binaryMessageHandler(frame -> {
            frames.incrementAndGet();
            socket.writeBinaryMessage(frame);
        });
    }

    private void heard(ServerWebSocket socket, Map<String, String> headers, JsonNode json) {
        texts.add(json);
        String named = json.path("session_id").asText();
        String type = json.path("type").asText();
        if (!named.isEmpty() && !named.equals(SESSION) && !type.equals("hello")) {
            misnamed.incrementAndGet();
        }
        if (HostileBackendMessages.leaked(json)) {
            leaks.incrementAndGet();
        }
        if (type.equals("hello") && manner != Manner.SILENT) {
            greet(socket);
        } else if (manner == Manner.ANSWERS || manner == Manner.RUDE) {
            answer(socket, headers, type, json);
        }
    }

    private void greet(ServerWebSocket socket) {
        if (manner == Manner.RUDE) {
            socket.writeTextMessage(
                    text("stt", "\"text\":\"" + HostileBackendMessages.EARLY + "\""));
        }
        socket.writeTextMessage(HELLO);
        if (manner == Manner.STALLS) {
            socket.pause();
        }
        if (manner == Manner.ANSWERS) {
            String request =
                    "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/list\",\"params\":{}}";
            socket.writeTextMessage(text("mcp", "\"payload\":" + request));
        }
    }

    private void answer(
            ServerWebSocket socket, Map<String, String> headers, String type, JsonNode json) {
        switch (type + " " + json.path("state").asText()) {
            case "listen detect" -> {
                if (manner == Manner.RUDE) {
                    HostileBackendMessages.TEXTS.forEach(socket::writeTextMessage);
                    String layout = headers.get("protocol-version");
                    HostileBackendMessages.frames(layout)
                            .forEach(frame -> socket.writeBinaryMessage(Buffer.buffer(frame)));
                }
                String heard = new String(Json.write(json.path("text")), StandardCharsets.UTF_8);
                socket.writeTextMessage(text("stt", "\"text\":" + heard));
            }
            case "listen stop" -> {
                socket.writeTextMessage(text("tts", "\"state\":\"start\""));
                socket.writeTextMessage(
                        text("tts", "\"state\":\"sentence_start\",\"text\":\"" + ANSWER + "\""));
                socket.writeTextMessage(text("tts", "\"state\":\"stop\""));
            }
            case "abort " -> socket.writeTextMessage(text("tts", "\"state\":\"stop\""));
            default -> {}
        }
    }

    private static String text(String type, String members) {
        return "{\"session_id\":\"" + SESSION + "\",\"type\":\"" + type + "\"," + members + "}";
    }

    /** Sends to every device that is connected. */
    void say(String text) {
        sockets.keySet().forEach(socket -> socket.writeTextMessage(text));
    }

    void say(byte[] frame) {
        sockets.keySet().forEach(socket -> socket.writeBinaryMessage(Buffer.buffer(frame)));
    }

    /** The next text of a type that a device sent. */
    JsonNode next(String type) throws InterruptedException {
        JsonNode text;
        do {
            text = texts.poll(20, TimeUnit.SECONDS);
            if (text == null) {
                throw new AssertionError("no " + type + " came");
            }
        } while (!text.path("type").asText().equals(type));
        return text;
    }

    /** Discards everything received so far. */
    void forget() {
        handshakes.clear();
        texts.clear();
    }

    /** Resumes reading, if it had stopped, so that it notices who has left. */
    public void wake() {
        sockets.keySet().forEach(ServerWebSocket::resume);
    }

    public int open() {
        return sockets.size();
    }

    /** Closes a conversation normally. */
    public void hangUp() {
        sockets.keySet().forEach(socket -> socket.close((short) 1000, "bye"));
    }

    /** Stops and restarts on the same port. */
    public void restart() {
        for (ServerWebSocket socket : sockets.keySet()) {
            var channel = ((WebSocketInternal) socket).channelHandlerContext().channel();
            channel.eventLoop().execute(() -> channel.unsafe().close(channel.voidPromise()));
        }
        wait(server.close());
        // The port is free in between: another connection may use it for a moment.
        for (int attempt = 0; ; attempt++) {
            try {
                listen(port);
                return;
            } catch (IllegalStateException taken) {
                if (attempt == 100) {
                    throw taken;
                }
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        wait(vertx.close());
    }
}
