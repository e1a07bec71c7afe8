package io.slipway.activation;

import io.slipway.account.Caller;
import io.slipway.protocol.Mac;
import io.slipway.sql.Ids;
import io.slipway.sql.Tx;
import java.util.ArrayList;
import java.util.List;

/** Devices announced by MAC, written as by the server itself, for the benchmark. */
public final class FilledPreregistrations {

    private FilledPreregistrations() {}

    /** Announces unbound devices; an import passes them sorted. */
    public static void insert(
            Tx tx, Ids ids, Caller owner, String agentId, List<Mac> macs, long now) {
        var rows = new ArrayList<Preregistration>(macs.size());
        for (Mac mac : macs) {
            rows.add(
                    new Preregistration(
                            ids.next(),
                            owner.accountId(),
                            agentId,
                            new Preregistration.Announced(mac, null, null, ""),
                            false,
                            now));
        }
        for (boolean inserted : PreregistrationStore.insert(tx, rows, "")) {
            if (!inserted) {
                throw new IllegalStateException("a device is announced or bound already");
            }
        }
    }

    /** How many were used up by a device that is bound now. */
    public static long bound(Tx tx) {
        return tx.handle()
                .createQuery(
                        """
                        SELECT COUNT(*) FROM preregistration p
                        JOIN device d ON d.mac = p.mac AND d.account_id = p.account_id\
                        """)
                .mapTo(Long.class)
                .one();
    }
}
