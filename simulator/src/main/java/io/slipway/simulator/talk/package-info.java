/** Voice sessions as devices hold them: the socket, what is said on it, the tools they offer. */
@NullMarked
package io.slipway.simulator.talk;

import org.jspecify.annotations.NullMarked;
