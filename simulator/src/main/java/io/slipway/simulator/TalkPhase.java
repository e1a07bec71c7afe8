package io.slipway.simulator;

/** What a person in front of a talking device sees. */
public enum TalkPhase {
    IDLE,
    LISTENING,
    SPEAKING
}
