/**
 * Command lines, those of the benchmarks too: an {@link io.slipway.simulator.arguments.OptionTable}
 * has picocli read them and says everything that is wrong at once.
 */
@NullMarked
package io.slipway.simulator.arguments;

import org.jspecify.annotations.NullMarked;
