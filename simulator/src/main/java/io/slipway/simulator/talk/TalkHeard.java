package io.slipway.simulator.talk;

/** What came from a server, for whoever listens to a talking device. */
public sealed interface TalkHeard {

    /**
     * @param json whole, on which no firmware breaks
     */
    record Text(String json) implements TalkHeard {}

    /**
     * @param packet without the header of its layout; not to be changed
     */
    record Audio(byte[] packet) implements TalkHeard {}
}
