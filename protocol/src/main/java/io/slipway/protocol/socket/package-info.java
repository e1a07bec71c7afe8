/**
 * The WebSocket conversation between a device and its server: binary frames, what a device says,
 * what a server says, and what of a foreign server's words a device survives.
 */
@NullMarked
package io.slipway.protocol.socket;

import org.jspecify.annotations.NullMarked;
