package io.slipway.voice.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.http.EventLoop;
import io.slipway.http.Json;
import io.slipway.http.Problem;
import io.slipway.http.ServerAddresses.PrivateAddress;
import io.slipway.http.ServerUrl;
import io.slipway.http.socket.Socket;
import io.slipway.http.socket.SocketClient;
import io.slipway.http.socket.SocketClient.SocketTarget;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One utterance on one WebSocket of a {@link StreamingRecognizer}. */
final class StreamedRecognition implements Recognition {

    /** Bytes of a message with speech, 60 ms: one server counts messages as this long. */
    private static final int CHUNK = 1_920;

    /** Bytes that may wait to be sent: a whole utterance, should it begin with another provider. */
    private static final int MAX_QUEUED = 1 << 21;

    /** Characters of a minute's text, by far. */
    private static final int MAX_TEXT = 20_000;

    private static final int NORMAL = 1000;

    /** Of servers that want a subprotocol; others would not know it. */
    private static final int BAD_REQUEST = 400;

    /** Between two sentences in Latin letters. */
    private static final Pattern NEEDS_BLANK = Pattern.compile("[!-~]\\z");

    private static final String END = "{\"is_speaking\":false}";

    private final StreamingRecognizer owner;
    private final EventLoop loop;
    private final StepListener<String> listener;
    private final ArrayDeque<byte[]> early = new ArrayDeque<>();
    private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);

    /** Sentences that are certain, and what was heard since. */
    private final StringBuilder sentences = new StringBuilder();

    private final StringBuilder preview = new StringBuilder();
    private @Nullable Socket socket;
    private int samples;
    private boolean ended;
    private boolean endSent;
    private boolean over;
    private boolean cancelled;
    private boolean maybeLast;
    private boolean seenMarked;
    private long stepTimer;
    private long wholeTimer;

    StreamedRecognition(StreamingRecognizer owner, EventLoop loop, StepListener<String> listener) {
        this.owner = owner;
        this.loop = loop;
        this.listener = listener;
    }

    // ------------------------------------------------------------ connection

    void start() {
        wholeTimer =
                loop.after(
                        owner.limits().whole(), () -> fail(VoiceFault.SILENT, "it took too long"));
        stepTimer =
                loop.after(
                        owner.limits().connect(),
                        () -> fail(VoiceFault.UNREACHABLE, "no connection in time"));
        ServerUrl url = owner.provider().base();
        var _ =
                owner.provider()
                        .addresses()
                        .resolveLater(url.host())
                        .whenComplete((address, failure) ->
                                loop.execute(() -> resolved(url, address, failure)));
    }

    private void resolved(
            ServerUrl url, @Nullable InetAddress address, @Nullable Throwable failure) {
        if (over) {
            return;
        }
        if (address == null) {
            boolean refused = failure instanceof PrivateAddress;
            fail(
                    refused ? VoiceFault.PRIVATE_ADDRESS : VoiceFault.UNREACHABLE,
                    refused ? "its address is private" : "its name can't be resolved");
            return;
        }
        connect(
                new SocketTarget(url.tls(), url.host(), url.port(), url.path(), address),
                owner.subprotocol());
    }

    private void connect(SocketTarget target, String subprotocol) {
        owner.client()
                .connect(
                        target,
                        owner.provider().authorization(),
                        subprotocol,
                        owner.limits().connect(),
                        MAX_QUEUED,
                        this::opened,
                        cause -> unconnected(target, subprotocol, cause));
    }

    private void unconnected(SocketTarget target, String subprotocol, Throwable cause) {
        int status = SocketClient.refusal(cause);
        if (status == BAD_REQUEST && subprotocol.isEmpty() && !over) {
            owner.learnSubprotocol(true);
            connect(target, owner.subprotocol());
        } else if (status == 0) {
            // Perhaps another server by now, which does not know it.
            owner.learnSubprotocol(false);
            fail(VoiceFault.UNREACHABLE, "no connection: " + cause.getClass().getSimpleName());
        } else if (!over) {
            cancel();
            VoiceFault fault = ProviderCall.fault(status, "");
            listener.failed(
                    new VoiceFailure(fault, owner.provider().shown(), status, Duration.ZERO, ""));
        }
    }

    private void opened(Socket made) {
        if (over) {
            made.handlers(text -> {}, binary -> {}, () -> {});
            made.destroy();
            return;
        }
        loop.cancel(stepTimer);
        socket = made;
        made.handlers(this::received, binary -> {}, () -> gone(made));
        made.text(Json.text(greeting()));
        early.forEach(made::binary);
        early.clear();
        if (ended) {
            sendEnd(made);
        }
    }

    private ObjectNode greeting() {
        ObjectNode greeting = Json.object();
        JsonNode extra = owner.provider().extra();
        greeting.put("mode", extra.path("mode").asText("2pass"));
        greeting.put("wav_name", "slipway");
        greeting.put("wav_format", "pcm");
        greeting.put("audio_fs", Recognizer.RATE);
        greeting.put("is_speaking", true);
        // Results after each 600 ms, from ten messages.
        greeting.putArray("chunk_size").add(5).add(10).add(5);
        greeting.put("chunk_interval", 10);
        greeting.put("itn", extra.path("itn").asBoolean(true));
        owner.provider().complete(greeting);
        return greeting;
    }

    private void gone(Socket closed) {
        if (over) {
            return;
        }
        if (!closed.fault().isEmpty()) {
            fail(VoiceFault.UNREADABLE, closed.fault());
        } else if (endSent && (!sentences.isEmpty() || maybeLast)) {
            conclude();
        } else {
            fail(VoiceFault.CUT_OFF, "closed with " + closed.closeCode());
        }
    }

    // ------------------------------------------------------------ speech

    @Override
    public void audio(short[] more) {
        if (over || ended || samples + more.length > Recognizer.MAX_SAMPLES) {
            return;
        }
        samples += more.length;
        for (short sample : more) {
            chunk.putShort(sample);
            if (!chunk.hasRemaining()) {
                flush();
            }
        }
    }

    private void flush() {
        byte[] full = Arrays.copyOf(chunk.array(), chunk.position());
        chunk.clear();
        Socket open = socket;
        if (open == null) {
            early.add(full);
        } else {
            open.binary(full);
        }
    }

    @Override
    public void end() {
        if (over || ended) {
            return;
        }
        ended = true;
        if (chunk.position() > 0) {
            flush();
        }
        Socket open = socket;
        if (open != null) {
            sendEnd(open);
        }
    }

    private void sendEnd(Socket open) {
        endSent = true;
        open.text(END);
        if (owner.inverted()) {
            awaitMore(owner.limits().nothing(), this::conclude);
        } else {
            awaitMore(owner.limits().answer(), this::answerMissed);
        }
    }

    // ------------------------------------------------------------ text

    private void received(String message) {
        if (over) {
            return;
        }
        JsonNode result;
        try {
            result = Json.read(message);
        } catch (Problem e) {
            fail(VoiceFault.UNREADABLE, "no JSON");
            return;
        }
        if (!result.isObject()) {
            fail(VoiceFault.UNREADABLE, "no JSON object");
            return;
        }
        boolean online = result.path("mode").asText().endsWith("online");
        take(result.path("text").asText(""), online);
        boolean marked = result.path("is_final").asBoolean();
        if (over) {
            return;
        }
        if (seenMarked || (marked && !endSent)) {
            // Nothing follows a last result.
            owner.learnInverted();
        }
        seenMarked |= marked;
        if (!endSent) {
            return;
        }
        if (!online && marked != owner.inverted()) {
            conclude();
        } else {
            // Of speech before the end, or the last one of a server that is not known yet.
            boolean unmarked = !online && !marked;
            maybeLast = true;
            awaitMore(
                    owner.limits().settle(),
                    () -> {
                        if (unmarked) {
                            owner.learnInverted();
                        }
                        conclude();
                    });
        }
    }

    private void take(String text, boolean online) {
        if (online) {
            preview.append(text);
        } else if (!text.isEmpty()) {
            // Replaces what was heard of it.
            preview.setLength(0);
            boolean latin = text.charAt(0) > ' ' && text.charAt(0) < 0x7f;
            if (latin && NEEDS_BLANK.matcher(sentences).find()) {
                sentences.append(' ');
            }
            sentences.append(text);
        }
        if (sentences.length() + preview.length() > MAX_TEXT) {
            fail(VoiceFault.TOO_LARGE, "more than " + MAX_TEXT + " characters");
        }
    }

    private void awaitMore(Duration time, Runnable missed) {
        loop.cancel(stepTimer);
        stepTimer = loop.after(time, missed);
    }

    private void answerMissed() {
        if (sentences.isEmpty() && preview.isEmpty()) {
            fail(VoiceFault.SILENT, "no text in time");
        } else {
            conclude();
        }
    }

    private void conclude() {
        if (over) {
            return;
        }
        finish();
        Socket open = socket;
        if (open != null) {
            open.close(NORMAL, "");
        }
        listener.received(RecognizedText.of(sentences.toString() + preview));
        if (!cancelled) {
            listener.done();
        }
    }

    private void fail(VoiceFault fault, String detail) {
        if (!over) {
            cancel();
            listener.failed(VoiceFailure.of(fault, owner.provider().shown(), detail));
        }
    }

    private void finish() {
        over = true;
        loop.cancel(stepTimer);
        loop.cancel(wholeTimer);
        early.clear();
    }

    @Override
    public void cancel() {
        cancelled = true;
        if (over) {
            return;
        }
        finish();
        Socket open = socket;
        if (open != null) {
            open.destroy();
        }
    }

    @Override
    public void pause() {
        Socket open = socket;
        if (open != null) {
            open.pause();
        }
    }

    @Override
    public void resume() {
        Socket open = socket;
        if (open != null) {
            open.resume();
        }
    }
}
