/**
 * The device plane: its routes, and the one exit through which every answer to a device leaves as
 * firmware can read it.
 */
@NullMarked
package io.slipway.http.device;

import org.jspecify.annotations.NullMarked;
