package io.slipway.account;

/**
 * A console user.
 *
 * @param id 32 lower-case hex digits
 * @param secondFactor whether a login needs a code in addition to the password
 * @param createdAt epoch milliseconds
 */
public record Account(
        String id,
        String username,
        boolean admin,
        boolean trusted,
        boolean disabled,
        boolean secondFactor,
        long createdAt) {}
