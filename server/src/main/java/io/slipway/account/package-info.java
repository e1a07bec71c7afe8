/**
 * Console users: accounts, logins, API keys, roles and the audit log. Every other feature may use
 * this one; it uses none.
 */
@NullMarked
package io.slipway.account;

import org.jspecify.annotations.NullMarked;
