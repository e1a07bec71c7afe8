/**
 * The device plane: its routes, and the exit through which every reply to a device leaves in a form
 * that firmware can read.
 */
@NullMarked
package io.slipway.http.device;

import org.jspecify.annotations.NullMarked;
