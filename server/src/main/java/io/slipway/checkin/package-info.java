/**
 * The OTA check and the activation poll: combines registry, activation and tokens into one reply.
 * Owns no table.
 */
@NullMarked
package io.slipway.checkin;

import org.jspecify.annotations.NullMarked;
