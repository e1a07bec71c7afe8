package io.slipway.account;

import io.slipway.sql.Tx;
import java.util.Map;

/** Handles a feature's part of the data of a deleted account. */
public interface Removal {

    /**
     * What would be deleted, by its name in the API; shown to the administrator before the
     * decision.
     */
    Map<String, Long> holds(Tx tx, String accountId);

    /**
     * Deletes it, in chunks. The account can no longer do anything; another call finishes what was
     * left.
     *
     * @param deleted acts as the account
     */
    void remove(Caller deleted);
}
