/** Voice sessions of devices: the socket, the messages, the tools they offer. */
@NullMarked
package io.slipway.simulator.talk;

import org.jspecify.annotations.NullMarked;
