package io.slipway.simulator.talk;

/**
 * The state of a talking device at one moment.
 *
 * @param panicked whether it received something that breaks a device
 * @param rebootAsked whether the server, or a tool, told it to restart
 * @param startedAt {@link System#nanoTime} of the last {@code tts start}
 * @param leftNanos how long it still plays what is queued
 */
public record TalkMoment(
        TalkPhase phase,
        TalkMode mode,
        Connection connection,
        Received received,
        boolean panicked,
        boolean rebootAsked,
        long startedAt,
        long leftNanos) {

    /**
     * Its connection.
     *
     * @param session the server's name for it; {@code ""} before the {@code hello}
     * @param open whether it lasts, as far as the device knows
     * @param greeted whether the device has received its {@code hello}
     * @param closedByServer whether the device received a Close frame
     */
    public record Connection(
            String session, boolean open, boolean greeted, boolean closedByServer) {}

    /**
     * What it has received.
     *
     * @param starts number of {@code tts start} messages
     * @param stops number of {@code tts stop} messages
     * @param sentences number of {@code tts sentence_start} messages
     * @param heard number of {@code stt} messages
     * @param alerts number of messages for its screen, besides texts
     * @param packets of audio, whether played or not
     * @param lastText of {@code stt} or of a sentence
     * @param lastAlert the last of the messages for its screen
     */
    public record Received(
            int starts,
            int stops,
            int sentences,
            int heard,
            int alerts,
            long packets,
            String lastText,
            String lastAlert) {}

    boolean microphoneOn() {
        return phase == TalkPhase.LISTENING
                || (phase == TalkPhase.SPEAKING && mode == TalkMode.REALTIME);
    }
}
