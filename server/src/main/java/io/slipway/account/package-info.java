/**
 * Console users: accounts, logins, API keys, roles and the audit trail. Every other feature may
 * call it; it calls none.
 */
@NullMarked
package io.slipway.account;

import org.jspecify.annotations.NullMarked;
