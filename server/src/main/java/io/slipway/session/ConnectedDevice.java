package io.slipway.session;

import io.slipway.device.Pair;
import io.slipway.http.Peer;
import io.slipway.protocol.socket.AudioLayout;

/**
 * The device that opened a socket, with a token that was genuine at least once.
 *
 * @param revoked whether the key behind the token was revoked since
 * @param layout of this connection's binary frames
 * @param peer where it called from
 * @param language of an {@code Accept-Language} header; firmware sends none here
 */
record ConnectedDevice(Pair pair, boolean revoked, AudioLayout layout, Peer peer, String language) {

    String address() {
        return peer.address();
    }
}
