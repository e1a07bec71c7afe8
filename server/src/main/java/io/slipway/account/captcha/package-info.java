/**
 * Captchas: drawn, stored as a digest until they are solved or expire, and answered only once.
 * Independent of accounts.
 */
@NullMarked
package io.slipway.account.captcha;

import org.jspecify.annotations.NullMarked;
