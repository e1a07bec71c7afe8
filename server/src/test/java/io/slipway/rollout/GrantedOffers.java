package io.slipway.rollout;

import io.slipway.protocol.Mac;
import io.slipway.sql.Tx;
import java.util.HashSet;
import java.util.Set;

/** A store's data about offers, for the benchmark. */
public final class GrantedOffers {

    private GrantedOffers() {}

    /** The devices that have an attempt with an offer, and its entry in the log of evidence. */
    public static Set<Mac> devices(Tx tx) {
        return new HashSet<>(
                tx.handle()
                        .createQuery(
                                """
                                SELECT a.mac FROM rollout_attempt a
                                WHERE a.state = 'OFFERED' AND EXISTS
                                    (SELECT 1 FROM evidence e
                                    WHERE e.device = a.device AND e.kind = 'Offered')\
                                """)
                        .map((row, context) -> new Mac(row.getLong(1)))
                        .list());
    }
}
