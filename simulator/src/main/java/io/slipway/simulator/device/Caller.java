package io.slipway.simulator.device;

import io.slipway.simulator.board.DeviceProfile;
import io.slipway.simulator.board.Nvs;
import java.util.Set;

/** A device that checks in: a fixed one, or one that updates itself. */
public interface Caller {

    DeviceProfile profile();

    Nvs nvs();

    Set<String> warnings();

    CheckInResult checkIn();

    ActivateResult activate();
}
