package io.slipway.simulator.talk;

/** What a person in front of a talking device sees. */
public enum TalkPhase {
    IDLE,
    LISTENING,
    SPEAKING
}
