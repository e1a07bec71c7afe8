package io.slipway.simulator.device;

/** How an activation poll went, from the device's point of view. */
public sealed interface ActivateResult {

    /** 200: it has an owner and checks in again at once. */
    record Activated() implements ActivateResult {}

    /** 202: nobody has entered the code yet; asks again in 3 s. */
    record Waiting() implements ActivateResult {}

    /** Anything else, or no answer: asks again in 10 s. */
    record Refused(String why) implements ActivateResult {}
}
