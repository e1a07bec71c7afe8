package io.slipway.rollout.rules.plan;

import io.slipway.protocol.Mac;
import java.util.List;

/**
 * Devices named in a rollout.
 *
 * @param canaries belong to every stage
 * @param listed belong to the selection, see {@link Selection#listedOnly}
 */
public record NamedDevices(List<DeviceName> canaries, List<DeviceName> listed) {

    public static final NamedDevices NOBODY = new NamedDevices(List.of(), List.of());

    /** The maximum of each kind. */
    public static final int MOST = 100_000;

    /**
     * @param username the owner; {@code ""} if only one account's devices can be meant
     */
    public record DeviceName(String username, Mac mac) {}

    public NamedDevices {
        canaries = List.copyOf(canaries);
        listed = List.copyOf(listed);
    }
}
