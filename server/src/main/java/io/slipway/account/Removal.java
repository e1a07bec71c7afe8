package io.slipway.account;

import io.slipway.sql.Tx;
import java.util.Map;

/** What a feature does with what an account leaves that an administrator deletes. */
public interface Removal {

    /** What there is and goes, by its name in the API; for the administrator, before he decides. */
    Map<String, Long> holds(Tx tx, String accountId);

    /**
     * Removes it, in chunks. The account can do nothing any more; again, this does what was left.
     *
     * @param deleted acts as the account
     */
    void remove(Caller deleted);
}
