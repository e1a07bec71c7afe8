/**
 * What {@code ./slipway doctor} finds: on this machine, and from outside as a device sees it. Reads
 * only.
 */
@NullMarked
package io.slipway.doctor;

import org.jspecify.annotations.NullMarked;
