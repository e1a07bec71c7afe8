/** Many devices at once, from power-on to their owners entering the codes. */
@NullMarked
package io.slipway.simulator.fleet;

import org.jspecify.annotations.NullMarked;
