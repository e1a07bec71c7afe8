package io.slipway.account;

import org.jspecify.annotations.Nullable;

/**
 * A key of a program that acts for an account. The key itself is shown once and never stored.
 *
 * @param prefix its first characters, by which its owner recognises it
 * @param createdAt epoch milliseconds
 * @param lastUsedAt epoch milliseconds, to the minute; null if never used
 */
record ApiKey(
        String id,
        String accountId,
        String prefix,
        String name,
        long createdAt,
        @Nullable Long lastUsedAt) {}
