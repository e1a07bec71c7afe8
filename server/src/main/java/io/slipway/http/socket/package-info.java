/**
 * WebSockets of either side in plain terms: handshakes of devices, connections to voice backends,
 * messages that arrive whole and leave in frames as long as the other side takes.
 */
@NullMarked
package io.slipway.http.socket;

import org.jspecify.annotations.NullMarked;
