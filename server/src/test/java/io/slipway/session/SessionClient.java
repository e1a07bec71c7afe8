package io.slipway.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.TestDevice;
import io.slipway.http.Json;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A device's end of a session for tests: sends on request, records what it receives. */
public final class SessionClient implements WebSocket.Listener, AutoCloseable {

    static final String HELLO =
            "{\"type\":\"hello\",\"version\":1,\"features\":{\"mcp\":true},\"transport\":\"websocket\","
                    + "\"audio_params\":{\"format\":\"opus\",\"sample_rate\":16000,\"channels\":1,"
                    + "\"frame_duration\":60}}";

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** A message from the server; text is null for speech. */
    public record Heard(String text, byte[] audio) {
        public JsonNode json() {
            return Json.read(text.getBytes(StandardCharsets.UTF_8));
        }

        public String type() {
            return text == null ? "audio" : json().path("type").asText();
        }
    }

    private final LinkedBlockingQueue<Heard> inbox = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final StringBuilder partial = new StringBuilder();
    private final ByteArrayOutputStream frame = new ByteArrayOutputStream();
    private WebSocket socket;

    private SessionClient() {}

    /** The status of a refused handshake. */
    public static int refused(TestDevice device, String path, String... headers) {
        try {
            new SessionClient().open(device, path, headers).close();
            return 101;
        } catch (Refused e) {
            return e.status;
        }
    }

    private static final class Refused extends RuntimeException {
        final int status;

        Refused(int status) {
            this.status = status;
        }
    }

    public static SessionClient dial(TestDevice device, String token) {
        return new SessionClient()
                .open(
                        device,
                        "/v1/ws/",
                        "Authorization",
                        "Bearer " + token,
                        "Device-Id",
                        device.mac(),
                        "Client-Id",
                        device.clientId(),
                        "Protocol-Version",
                        "1");
    }

    /** Opens a session with exactly these headers, and says hello. */
    static SessionClient with(TestDevice device, String... headers) {
        SessionClient client = new SessionClient().open(device, "/v1/ws/", headers);
        client.say(HELLO);
        return client;
    }

    /** Checks in, opens a session with the token it gets, and says hello. */
    public static SessionClient call(TestDevice device) {
        SessionClient client = dial(device, token(device));
        client.say(HELLO);
        return client;
    }

    public static String token(TestDevice device) {
        return device.checkIn().at("/websocket/token").asText();
    }

    private SessionClient open(TestDevice device, String path, String... headers) {
        var builder = CLIENT.newWebSocketBuilder().connectTimeout(PATIENCE);
        for (int i = 0; i < headers.length; i += 2) {
            builder.header(headers[i], headers[i + 1]);
        }
        URI uri = URI.create(device.server().base().replace("http", "ws") + path);
        try {
            socket = builder.buildAsync(uri, this).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof WebSocketHandshakeException refused) {
                throw new Refused(refused.getResponse().statusCode());
            }
            throw e;
        }
        return this;
    }

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            inbox.add(new Heard(partial.toString(), null));
            partial.setLength(0);
        }
        webSocket.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        frame.writeBytes(bytes);
        if (last) {
            inbox.add(new Heard(null, frame.toByteArray()));
            frame.reset();
        }
        webSocket.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket webSocket, int code, String reason) {
        closed.complete(code);
        return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
        closed.complete(1006);
    }

    public void say(String text) {
        socket.sendText(text, true).join();
    }

    public void say(byte[] speech) {
        socket.sendBinary(ByteBuffer.wrap(speech), true).join();
    }

    /** The next message. */
    public Heard next() {
        try {
            Heard heard = inbox.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(heard).as("a message within " + PATIENCE).isNotNull();
            return heard;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The next message of a type; earlier ones are skipped. */
    public Heard next(String type) {
        Heard heard = next();
        while (!heard.type().equals(type)) {
            heard = next();
        }
        return heard;
    }

    /** All messages up to and including the first {@code tts stop}. */
    public List<Heard> untilStop() {
        var all = new ArrayList<Heard>();
        Heard heard;
        do {
            heard = next();
            all.add(heard);
        } while (!(heard.type().equals("tts")
                && heard.json().path("state").asText().equals("stop")));
        return all;
    }

    /** Waits until the server has closed; returns its code. */
    public int closeCode() {
        try {
            return closed.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("the server did not close", e);
        }
    }

    /** What was received and not read. */
    List<Heard> leftovers() {
        return List.copyOf(inbox);
    }

    boolean open() {
        return !closed.isDone();
    }

    @Override
    public void close() {
        hangUp();
    }

    /** Drops the connection like a device: no close frame. */
    void hangUp() {
        if (socket != null) {
            socket.abort();
        }
    }
}
