/** The OTA check and the activation poll: what a device asks and what it may be answered. */
@NullMarked
package io.slipway.protocol.ota;

import org.jspecify.annotations.NullMarked;
