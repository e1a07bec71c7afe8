package io.slipway.account;

import io.slipway.work.Origin;

/**
 * Who is signed in, as of this request: roles are read anew for each.
 *
 * @param accountId 32 lower-case hex digits; {@code ""} for {@link #console}
 * @param username as registered
 * @param admin may manage users and see all accounts
 * @param trusted an administrator vouches for the account (decisions D3)
 * @param origin what limits of one address go by
 */
public record Caller(
        String accountId, String username, boolean admin, boolean trusted, Origin origin) {

    /** One whose address says it all. */
    public Caller(
            String accountId, String username, boolean admin, boolean trusted, String address) {
        this(accountId, username, admin, trusted, Origin.of(address));
    }

    /** The client's IP address, textual. */
    public String address() {
        return origin.address();
    }

    /** The operator at the command line: no account, but an entry in the audit. */
    public static Caller console() {
        return new Caller("", "console", true, true, "");
    }
}
