package io.slipway.cluster;

import io.slipway.cluster.Presence.Live;

/** Sessions for tests. */
final class Lives {

    private Lives() {}

    static Live live(String session, String pair, long device, String account, long since) {
        return live("00000000", session, pair, device, account, since);
    }

    static Live live(
            String node, String session, String pair, long device, String account, long since) {
        return new Live(
                session,
                pair,
                device,
                account,
                "agent",
                "02:00:00:00:00:01",
                node,
                "192.0.2.1",
                "2.4.2",
                "echo",
                since);
    }
}
