package io.slipway.simulator.talk;

import io.slipway.simulator.board.DeviceProfile;
import io.slipway.simulator.board.Pace;
import io.slipway.simulator.strict.UnderstoodMessage;
import java.util.function.Consumer;

/**
 * A device's state while its connection lasts, and its reactions to messages. Guarded by the lock
 * of its {@link TalkingDevice}.
 */
final class TalkState {

    /** Earlier after {@code tts start} a device may not be ready to play yet. */
    private static final long GAP_NANOS = 10_000_000;

    private final DeviceProfile device;
    private final Pace pace;
    private final Consumer<String> warning;
    private final Playback playback;

    boolean open = true;
    boolean panicked;
    boolean closedByServer;
    String session = "";
    TalkMode mode = TalkMode.AUTO;
    TalkPhase phase = TalkPhase.IDLE;

    private boolean greeted;
    private int frameMs = 60;
    private boolean serverSpeaks;
    private boolean rebootAsked;
    private int starts;
    private int stops;
    private int sentences;
    private int heard;
    private int alerts;
    private long packets;
    private long packetsOfAnswer;
    private long startedAt;
    private String lastText = "";
    private String lastAlert = "";

    TalkState(DeviceProfile device, Pace pace, Consumer<String> warning) {
        this.device = device;
        this.pace = pace;
        this.warning = warning;
        this.playback = new Playback(pace);
    }

    TalkMoment moment() {
        return new TalkMoment(
                phase,
                mode,
                new TalkMoment.Connection(session, open, greeted, closedByServer),
                new TalkMoment.Received(
                        starts, stops, sentences, heard, alerts, packets, lastText, lastAlert),
                panicked,
                rebootAsked,
                startedAt,
                playback.leftNanos(System.nanoTime()));
    }

    void take(UnderstoodMessage told) {
        switch (told) {
            case UnderstoodMessage.Hello hello -> {
                if (greeted) {
                    warning.accept("§7.2 hello: twice in a session");
                }
                greeted = true;
                session = hello.sessionId();
                frameMs = hello.frameMs();
            }
            case UnderstoodMessage.Start start -> start();
            case UnderstoodMessage.Stop stop -> {
                stops++;
                serverSpeaks = false;
                if (phase == TalkPhase.SPEAKING) {
                    phase = mode == TalkMode.MANUAL ? TalkPhase.IDLE : TalkPhase.LISTENING;
                }
            }
            case UnderstoodMessage.Sentence sentence -> {
                sentences++;
                lastText = sentence.text();
            }
            case UnderstoodMessage.Stt stt -> {
                heard++;
                lastText = stt.text();
            }
            case UnderstoodMessage.Alert alert -> {
                alerts++;
                lastAlert = alert.message();
            }
            case UnderstoodMessage.Reboot reboot -> rebootAsked = true;
            case UnderstoodMessage.Llm llm -> {}
            case UnderstoodMessage.Mcp mcp -> {}
            case UnderstoodMessage.Other other -> {}
        }
    }

    private void start() {
        starts++;
        serverSpeaks = true;
        packetsOfAnswer = 0;
        startedAt = System.nanoTime();
        // The decoder is reset, dropping what was still to be played.
        playback.flush(frameMs, startedAt);
        phase = TalkPhase.SPEAKING;
    }

    /** Queues a packet to be played. */
    void take() {
        long now = System.nanoTime();
        packets++;
        if (!serverSpeaks) {
            warning.accept("§7.3 early: audio outside of tts start and stop is not heard");
        } else if (phase == TalkPhase.SPEAKING) {
            if (packetsOfAnswer++ == 0 && pace.speed() == 1 && now - startedAt < GAP_NANOS) {
                warning.accept("§7.3 gap: audio within 10 ms of tts start may not be heard");
            }
            if (!playback.push(now)) {
                warning.accept(
                        "§7.3 overflow: more than 40 packets ahead of what is played ("
                                + device.variant().label()
                                + ")");
            }
        }
    }
}
