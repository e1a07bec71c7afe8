package io.slipway.bench.sessions;

import io.slipway.bench.Fleet;
import io.slipway.protocol.Mac;

/**
 * The handshakes of the fleet's first devices.
 *
 * @param tokens of the devices, by index
 */
record Handshakes(int port, String[] tokens) {

    /**
     * After the last device they start over: only a server that requires no token accepts those.
     */
    byte[] of(int index) {
        int device = index % tokens.length;
        Mac mac = Fleet.mac(device);
        return Wire.upgrade(port, mac.toString(), Fleet.clientId(mac).value(), tokens[device]);
    }
}
