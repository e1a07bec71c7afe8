package io.slipway.account;

import io.slipway.work.Origin;

/**
 * The authenticated caller, for this request only: roles are read again for each.
 *
 * @param accountId 32 lower-case hex digits; {@code ""} for {@link #console}
 * @param username as registered
 * @param admin may manage users and see all accounts
 * @param trusted an administrator vouches for the account (decisions D3)
 * @param origin the client address as used by limits
 */
public record Caller(
        String accountId, String username, boolean admin, boolean trusted, Origin origin) {

    /** A caller of which only the address is known. */
    public Caller(
            String accountId, String username, boolean admin, boolean trusted, String address) {
        this(accountId, username, admin, trusted, Origin.of(address));
    }

    /** The client's IP address as text. */
    public String address() {
        return origin.address();
    }

    /** The operator at the command line: has no account, but appears in the audit. */
    public static Caller console() {
        return new Caller("", "console", true, true, "");
    }
}
