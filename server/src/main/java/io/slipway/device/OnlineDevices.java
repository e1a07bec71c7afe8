package io.slipway.device;

import io.slipway.cluster.Presence;
import io.slipway.cluster.Presence.LiveSession;
import io.slipway.sql.StoreException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which devices of a page have a live session.
 *
 * @param sessions by device; null if that is unknown
 */
public record OnlineDevices(@Nullable Map<Long, LiveSession> sessions) {

    /** One query for all of {@code devices}, at most {@link Presence#MAX_DEVICES}. */
    public static OnlineDevices of(Presence presence, List<Device> devices) {
        try {
            return new OnlineDevices(presence.ofDevices(devices.stream().map(Device::id).toList()));
        } catch (StoreException e) {
            // A list of devices is useful without it.
            return new OnlineDevices(null);
        }
    }

    @Nullable Boolean is(Device device) {
        return sessions == null ? null : sessions.containsKey(device.id());
    }

    @Nullable LiveSession session(Device device) {
        return sessions == null ? null : sessions.get(device.id());
    }
}
