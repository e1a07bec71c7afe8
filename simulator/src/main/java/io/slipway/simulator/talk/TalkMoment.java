package io.slipway.simulator.talk;

/**
 * The state of a talking device at one moment.
 *
 * @param open whether its connection lasts, as far as it knows
 * @param greeted whether it has received its {@code hello}
 * @param closedByServer whether it received a Close frame
 * @param panicked whether it received something that breaks a device
 * @param rebootAsked whether the server, or a tool, told it to restart
 * @param starts number of {@code tts start} messages
 * @param stops number of {@code tts stop} messages
 * @param sentences number of {@code tts sentence_start} messages
 * @param heard number of {@code stt} messages
 * @param alerts number of messages for its screen, besides texts
 * @param packets of audio received, whether played or not
 * @param startedAt {@link System#nanoTime} of the last {@code tts start}
 * @param leftNanos how long it still plays what is queued
 * @param lastText of {@code stt} or of a sentence
 * @param lastAlert the last of these messages
 */
public record TalkMoment(
        TalkPhase phase,
        TalkMode mode,
        boolean open,
        boolean greeted,
        boolean closedByServer,
        boolean panicked,
        boolean rebootAsked,
        int starts,
        int stops,
        int sentences,
        int heard,
        int alerts,
        long packets,
        long startedAt,
        long leftNanos,
        String session,
        String lastText,
        String lastAlert) {

    boolean microphoneOn() {
        return phase == TalkPhase.LISTENING
                || (phase == TalkPhase.SPEAKING && mode == TalkMode.REALTIME);
    }
}
