/**
 * The WebSocket conversation between a device and its server: binary frames, a device's messages, a
 * server's messages, and which of another server's messages are safe for a device.
 */
@NullMarked
package io.slipway.protocol.socket;

import org.jspecify.annotations.NullMarked;
