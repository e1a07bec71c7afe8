package io.slipway.simulator.device;

import io.slipway.simulator.board.DeviceProfile;
import io.slipway.simulator.board.Nvs;
import java.util.Set;

/** Who checks in: a device that stays what it is, or one that updates itself. */
public interface Caller {

    DeviceProfile profile();

    Nvs nvs();

    Set<String> warnings();

    CheckInResult checkIn();

    ActivateResult activate();
}
