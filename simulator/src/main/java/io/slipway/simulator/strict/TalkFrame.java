package io.slipway.simulator.strict;

/** A complete WebSocket message. */
public sealed interface TalkFrame {

    record TextFrame(String text) implements TalkFrame {}

    record Binary(byte[] bytes) implements TalkFrame {}

    record Ping(byte[] payload) implements TalkFrame {}

    record Pong() implements TalkFrame {}

    /**
     * @param code 1005 if there is none
     */
    record Close(int code, String reason) implements TalkFrame {}
}
