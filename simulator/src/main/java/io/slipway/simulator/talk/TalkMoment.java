package io.slipway.simulator.talk;

/**
 * What a talking device knows at one moment.
 *
 * @param open whether its connection lasts, as far as it knows
 * @param greeted whether it has had its {@code hello}
 * @param closedByServer whether it was told so by a Close frame
 * @param panicked whether it was told something that breaks a device
 * @param rebootAsked whether the server, or a tool, told it to restart
 * @param starts how often it was told {@code tts start}
 * @param stops how often it was told {@code tts stop}
 * @param sentences how often it was told {@code tts sentence_start}
 * @param heard how often it was told {@code stt}
 * @param alerts how many messages for its screen it had, besides texts
 * @param packets of audio that came, played or not
 * @param startedAt {@link System#nanoTime} of the last {@code tts start}
 * @param leftNanos how long it still plays what it has
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
