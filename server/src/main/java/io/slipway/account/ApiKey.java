package io.slipway.account;

import org.jspecify.annotations.Nullable;

/**
 * A key of a program that acts for an account. The key itself is shown once and never stored.
 *
 * @param prefix its first characters, by which its owner recognises it
 * @param createdAt epoch milliseconds
 * @param lastUsedAt epoch milliseconds, to within {@link KeyUses#PERIOD}; null if never used
 * @param lastUsedFrom the client's address then; {@code ""} if unknown
 */
record ApiKey(
        String id,
        String accountId,
        String prefix,
        String name,
        KeyScope scope,
        long createdAt,
        @Nullable Long lastUsedAt,
        String lastUsedFrom) {

    /** The same, used at that time from that address. */
    ApiKey used(long at, String address) {
        return new ApiKey(id, accountId, prefix, name, scope, createdAt, at, address);
    }
}
