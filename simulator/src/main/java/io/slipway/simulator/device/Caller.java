package io.slipway.simulator.device;

import io.slipway.simulator.board.DeviceProfile;
import io.slipway.simulator.board.Nvs;
import io.slipway.simulator.strict.RuleBroken;
import java.util.List;
import java.util.Set;

/** A device that checks in: a fixed one, or one that updates itself. */
public interface Caller {

    DeviceProfile profile();

    Nvs nvs();

    Set<String> warnings();

    /** What was broken after an answer that the device uses nevertheless; each is returned once. */
    List<RuleBroken> brokenAfterwards();

    CheckInResult checkIn();

    ActivateResult activate();
}
