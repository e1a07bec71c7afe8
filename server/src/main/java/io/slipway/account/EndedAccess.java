package io.slipway.account;

import io.slipway.http.schema.Described;
import io.slipway.sql.Tx;

/**
 * What a new password has put an end to.
 *
 * @param logins that were still valid, without the caller's own
 */
public record EndedAccess(int logins, int apiKeys) {

    static final EndedAccess NOTHING = new EndedAccess(0, 0);

    /** As it is answered. */
    record EndedAccessView(
            @Described("失效的登录数 · logins that have ended") int logins,
            @Described("删除的 API 密钥数 · API keys that have been revoked") int apiKeys) {}

    /** Ends all logins of an account except {@code kept}, {@code ""} for none, and all API keys. */
    static EndedAccess of(Tx tx, String accountId, String kept, long now) {
        int logins = new LoginStore().deleteOthers(tx, accountId, kept, now);
        return new EndedAccess(logins, new ApiKeyStore().deleteAll(tx, accountId));
    }

    EndedAccessView view() {
        return new EndedAccessView(logins, apiKeys);
    }

    /** For the audit log. */
    String words() {
        return logins + " other logins and " + apiKeys + " API keys ended";
    }
}
