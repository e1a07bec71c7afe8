/** The OTA check and the activation poll: what a device sends and what it may be sent. */
@NullMarked
package io.slipway.protocol.ota;

import org.jspecify.annotations.NullMarked;
