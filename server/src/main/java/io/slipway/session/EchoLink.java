package io.slipway.session;

import io.slipway.history.ChatLog.Speaker;
import io.slipway.http.socket.Socket;
import io.slipway.protocol.socket.AudioFrame;
import io.slipway.protocol.socket.AudioLayout;
import io.slipway.protocol.socket.AudioParams;
import io.slipway.protocol.socket.DeviceMessage;
import io.slipway.protocol.socket.McpMessages;
import io.slipway.protocol.socket.ServerMessage;
import io.slipway.protocol.socket.ServerMessage.Tts.TtsState;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The built-in backend: repeats what it heard, so that a first user hears something and knows that
 * microphone, network and speaker work. Sends {@code stt}, {@code llm} and {@code tts} as a real
 * one would.
 */
final class EchoLink implements Link {

    /** This much silence ends an utterance, in ms. */
    private static final int SILENCE_MS = 1_200;

    /** Anything shorter was a click or a cough, in ms. */
    private static final int SPEECH_MS = 180;

    /** Opus encodes silence in packets of at most this size (DTX). */
    private static final int DTX_BYTES = 10;

    /** The mean amplitude of PCM below which it is silence, of 32,767. */
    private static final int QUIET = 200;

    /** A packet quieter than the loudest one divided by this is background. */
    private static final int BACKGROUND = 4;

    /** Pages of tools that are requested at most; firmware fills one or two. */
    private static final int PAGES = 8;

    private static final int MOST_TOOLS = 64;

    private final Socket socket;
    private final String sessionId;
    private final AudioLayout layout;
    private final DeviceLanguage language;
    private final int mostBytes;
    private final LinkListener listener;
    private final List<byte[]> heard = new ArrayList<>();
    private final List<String> tools = new ArrayList<>();
    private int heardBytes;
    private int voiced;
    private int loudest;
    private int frameMs = 60;
    private boolean pcm;
    private boolean manual;
    private boolean listening;
    private boolean toolsSaid;
    private int pages;
    private long silence = -1;
    private @Nullable Pacer playing;

    /**
     * @param mostBytes of speech that are buffered; longer speech is repeated in parts
     */
    EchoLink(
            Socket socket,
            String sessionId,
            AudioLayout layout,
            DeviceLanguage language,
            int mostBytes,
            LinkListener listener) {
        this.socket = socket;
        this.sessionId = sessionId;
        this.layout = layout;
        this.language = language;
        this.mostBytes = mostBytes;
        this.listener = listener;
    }

    @Override
    public void open(DeviceMessage.Hello hello) {
        AudioParams up = hello.audio();
        frameMs = up.frameDuration();
        pcm = up.pcm();
        // The device gets back what it sent: packets of the same length. Opus is decoded at any
        // rate, PCM has only its own.
        AudioParams down = AudioParams.DOWNLINK;
        listener.ready(
                pcm
                        ? up
                        : new AudioParams(
                                down.format(), down.sampleRate(), down.channels(), frameMs));
        if (hello.mcp()) {
            mcp(1, "initialize", "{\"protocolVersion\":\"2024-11-05\",\"capabilities\":{}}");
            listTools("");
        }
    }

    private void listTools(String cursor) {
        pages++;
        // A cursor is a tool's name; one that would need escaping is ignored.
        String safe = cursor.matches("[\\w.-]*") ? cursor : "";
        mcp(1 + pages, "tools/list", "{\"cursor\":\"" + safe + "\"}");
    }

    private void mcp(long id, String method, String params) {
        send(new ServerMessage.Mcp(sessionId, McpMessages.request(id, method, params)));
    }

    @Override
    public void text(DeviceMessage message, String raw) {
        switch (message) {
            case DeviceMessage.Listen listen -> listen(listen);
            case DeviceMessage.Typed typed -> repeat(typed.text());
            case DeviceMessage.Abort abort -> abort();
            case DeviceMessage.Mcp mcp -> replied(mcp);
            case DeviceMessage.Hello again -> {}
            case DeviceMessage.Iot iot -> {}
            case DeviceMessage.Goodbye bye -> {}
            case DeviceMessage.Unknown unknown -> {}
            case DeviceMessage.Malformed malformed -> {}
        }
    }

    private void listen(DeviceMessage.Listen listen) {
        switch (listen.state()) {
            case DETECT -> {
                // The audio before was the wake word, which the person doesn't want to hear.
                forget();
                if (!listen.text().isEmpty()) {
                    send(new ServerMessage.Stt(sessionId, listen.text()));
                    listener.transcribed(Speaker.USER, listen.text());
                }
            }
            case START -> {
                forget();
                listening = true;
                manual = listen.mode().equals("manual");
            }
            case STOP -> {
                listening = false;
                repeat();
            }
        }
    }

    private void repeat(String typed) {
        abort();
        forget();
        if (typed.isEmpty()) {
            return;
        }
        send(new ServerMessage.Stt(sessionId, typed));
        listener.transcribed(Speaker.USER, typed);
        send(new ServerMessage.Tts(sessionId, TtsState.START, null));
        sentence(typed);
        send(new ServerMessage.Tts(sessionId, TtsState.STOP, null));
    }

    private void abort() {
        if (speaking()) {
            stopSpeaking();
            send(new ServerMessage.Tts(sessionId, TtsState.STOP, null));
        }
    }

    private boolean speaking() {
        return playing != null;
    }

    private void stopSpeaking() {
        Pacer current = playing;
        if (current != null) {
            current.cancel();
            playing = null;
        }
    }

    private void replied(DeviceMessage.Mcp mcp) {
        Long id = mcp.id();
        if (id == null || mcp.method() != null || id < 2 || id > 1 + PAGES) {
            return;
        }
        McpMessages.reply(mcp.payload())
                .map(McpMessages.McpReply::result)
                .map(McpMessages.Tools::read)
                .ifPresent(page -> {
                    page.tools().stream()
                            .map(McpMessages.Tool::name)
                            .limit(Math.max(0, MOST_TOOLS - tools.size()))
                            .forEach(tools::add);
                    if (!page.nextCursor().isEmpty() && pages < PAGES) {
                        listTools(page.nextCursor());
                    }
                });
    }

    @Override
    public void audio(byte[] frame) {
        // While it speaks, the microphone picks up the echo: repeating that would never end.
        if (speaking()) {
            return;
        }
        layout.read(frame).map(AudioFrame::opus).ifPresent(this::hear);
    }

    private void hear(byte[] packet) {
        if (packet.length == 0) {
            // There is no sound for the device to play.
            return;
        }
        int loudness = pcm ? amplitude(packet) : packet.length;
        boolean voice = loudness > (pcm ? QUIET : DTX_BYTES) && loudness > loudest / BACKGROUND;
        loudest = Math.max(loudest, loudness);
        if (voiced == 0 && !voice && !manual) {
            // The person has not started to speak.
            return;
        }
        if (heardBytes + packet.length <= mostBytes) {
            heard.add(packet);
            heardBytes += packet.length;
        }
        if (voice) {
            voiced++;
        }
        if (!listening || manual) {
            return;
        }
        // The next would not fit: packets of PCM are all as long as this one, those of Opus vary.
        if (heardBytes + Math.max(packet.length, AudioLayout.MAX_PACKET / 16) > mostBytes) {
            repeat();
        } else if (voice) {
            // Silence is not necessarily sent: the time without speech counts.
            socket.cancel(silence);
            silence = socket.after(SILENCE_MS, this::repeat);
        }
    }

    private static int amplitude(byte[] pcm) {
        var samples = ByteBuffer.wrap(pcm).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer();
        long sum = 0;
        for (int i = 0; i < samples.limit(); i++) {
            sum += Math.abs(samples.get(i));
        }
        return (int) (sum / Math.max(1, samples.limit()));
    }

    private void forget() {
        heard.clear();
        heardBytes = 0;
        voiced = 0;
        loudest = 0;
        socket.cancel(silence);
    }

    private void repeat() {
        if (speaking()) {
            return;
        }
        List<byte[]> frames = new ArrayList<>(heard.size());
        boolean speech = voiced * frameMs >= SPEECH_MS;
        for (byte[] packet : heard) {
            frames.add(layout.frame(packet, 0));
        }
        double seconds = heard.size() * frameMs / 1000.0;
        forget();
        if (!speech && !manual) {
            return;
        }
        say(speech ? frames : List.of(), speech ? seconds : 0);
    }

    private void say(List<byte[]> frames, double seconds) {
        String heardText = text(EchoText.SOUND).formatted(String.format("%.1f", seconds));
        String answer = text(frames.isEmpty() ? EchoText.NOTHING : EchoText.HEARD);
        if (!frames.isEmpty()) {
            send(new ServerMessage.Stt(sessionId, heardText));
            listener.transcribed(Speaker.USER, heardText);
        }
        send(new ServerMessage.Llm(sessionId, "happy", "🙂"));
        send(new ServerMessage.Tts(sessionId, TtsState.START, null));
        sentence(answer);
        if (!tools.isEmpty() && !toolsSaid) {
            toolsSaid = true;
            String names = String.join(text(EchoText.BETWEEN), tools);
            sentence(text(EchoText.TOOLS).formatted(names));
        }
        var pacer = new Pacer(socket, frames.iterator(), frameMs, this::play, this::finished);
        playing = pacer;
        pacer.start();
    }

    private String text(EchoText text) {
        return language.clip(text.key()).text();
    }

    private void sentence(String text) {
        send(new ServerMessage.Tts(sessionId, TtsState.SENTENCE_START, text));
        listener.transcribed(Speaker.ASSISTANT, text);
    }

    private void play(byte[] frame) {
        // A device that does not read loses some speech, which would be late anyway.
        if (!socket.full()) {
            listener.audio(frame);
        }
    }

    private void finished() {
        playing = null;
        send(new ServerMessage.Tts(sessionId, TtsState.STOP, null));
    }

    private void send(ServerMessage message) {
        listener.text(message.json());
    }

    // Everything it sends answers the device: if that doesn't read, its messages must wait.
    @Override
    public boolean full() {
        return socket.full();
    }

    @Override
    public void hold() {}

    @Override
    public void release() {
        listener.drained();
    }

    @Override
    public void close() {
        stopSpeaking();
        socket.cancel(silence);
    }
}
