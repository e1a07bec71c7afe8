package io.slipway.simulator;

import java.util.Set;

/** Who checks in: a device that stays what it is, or one that updates itself. */
sealed interface Caller permits Device, UpdatingDevice {

    DeviceProfile profile();

    Nvs nvs();

    Set<String> warnings();

    CheckInResult checkIn();

    ActivateResult activate();
}
