/**
 * The protocol with an OpenID Connect provider: where people are sent, and what it says of them.
 * Independent of accounts.
 */
@NullMarked
package io.slipway.account.provider;

import org.jspecify.annotations.NullMarked;
