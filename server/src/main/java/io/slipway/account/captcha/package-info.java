/**
 * Captchas: drawn, kept as a digest until they are solved or expire, and asked for once only. Knows
 * nothing of accounts.
 */
@NullMarked
package io.slipway.account.captcha;

import org.jspecify.annotations.NullMarked;
