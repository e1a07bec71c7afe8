package io.slipway.cluster;

import io.slipway.cluster.Presence.LiveSession;
import io.slipway.cluster.Presence.SessionDetails;

/** Sessions for tests. */
final class SampleSessions {

    private SampleSessions() {}

    static LiveSession session(
            String session, String pair, long device, String account, long since) {
        return session("00000000", session, pair, device, account, since);
    }

    static LiveSession session(
            String node, String session, String pair, long device, String account, long since) {
        return new LiveSession(
                session,
                pair,
                device,
                account,
                node,
                since,
                new SessionDetails("agent", "02:00:00:00:00:01", "192.0.2.1", "2.4.2", "echo"));
    }
}
