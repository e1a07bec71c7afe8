/**
 * WebSockets of either side behind a simple interface: handshakes of devices, connections to voice
 * backends, messages that arrive whole and leave in frames of the length that the peer accepts.
 */
@NullMarked
package io.slipway.http.socket;

import org.jspecify.annotations.NullMarked;
