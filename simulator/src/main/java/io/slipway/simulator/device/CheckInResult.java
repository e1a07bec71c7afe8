package io.slipway.simulator.device;

import io.slipway.simulator.strict.OtaAnswer;

/** How an OTA check went, from the device's point of view. */
public sealed interface CheckInResult {

    /** It has an owner, or firmware that does not ask for one. */
    record Ready(OtaAnswer answer) implements CheckInResult {}

    /** It waits for an owner. */
    record Pending(OtaAnswer answer) implements CheckInResult {}

    /** No answer, or none with status 200. */
    record CheckInFailed(String why) implements CheckInResult {}
}
