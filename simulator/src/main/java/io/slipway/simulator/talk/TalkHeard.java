package io.slipway.simulator.talk;

/** A message from a server, for listeners of a talking device. */
public sealed interface TalkHeard {

    /**
     * @param json complete, and safe for all firmware
     */
    record Text(String json) implements TalkHeard {}

    /**
     * @param packet without the header of its layout; not to be changed
     */
    record Audio(byte[] packet) implements TalkHeard {}
}
