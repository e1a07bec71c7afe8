package io.slipway.simulator.talk;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where a device talks to.
 *
 * @param token from the OTA reply, {@code ""} for none
 * @param version the {@code Protocol-Version}: 1, 2 or 3
 * @param source the address to connect from, null for any
 */
public record TalkDoor(TalkUrl url, String token, int version, @Nullable InetAddress source) {

    public TalkDoor {
        if (version < 1 || version > 3) {
            throw new IllegalArgumentException("layout " + version);
        }
    }
}
