package io.slipway.rollout.rules.plan;

import io.slipway.protocol.Mac;
import java.util.List;

/**
 * Devices that a rollout names, by MAC.
 *
 * @param canaries belong to every stage
 * @param listed belong to the selection, see {@link Selection#listedOnly}
 */
public record Named(List<Mac> canaries, List<Mac> listed) {

    public static final Named NOBODY = new Named(List.of(), List.of());

    /** The most of each kind. */
    public static final int MOST = 100_000;

    public Named {
        canaries = List.copyOf(canaries);
        listed = List.copyOf(listed);
    }
}
