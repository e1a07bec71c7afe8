package io.slipway.simulator.device;

import io.slipway.simulator.strict.OtaAnswer;

/** The result of an OTA check, as the device sees it. */
public sealed interface CheckInResult {

    /** It is bound, or its firmware does not require it. */
    record Ready(OtaAnswer answer) implements CheckInResult {}

    /** It waits for an owner. */
    record Pending(OtaAnswer answer) implements CheckInResult {}

    /** No response, or one without status 200. */
    record CheckInFailed(String why) implements CheckInResult {}
}
