package io.slipway.simulator.device;

/** The result of an activation poll, as the device sees it. */
public sealed interface ActivateResult {

    /** 200: it is bound and checks in again at once. */
    record Activated() implements ActivateResult {}

    /** 202: its code has not been entered yet; it asks again in 3 s. */
    record Waiting() implements ActivateResult {}

    /** Anything else, or no response: it asks again in 10 s. */
    record Refused(String why) implements ActivateResult {}
}
