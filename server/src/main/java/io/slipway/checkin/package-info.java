/**
 * The OTA check and the activation poll: joins registry, activation and tokens into one answer.
 * Owns no table.
 */
@NullMarked
package io.slipway.checkin;

import org.jspecify.annotations.NullMarked;
