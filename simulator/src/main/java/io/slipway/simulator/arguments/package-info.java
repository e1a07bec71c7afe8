/**
 * Command lines, including those of the benchmarks: an {@link
 * io.slipway.simulator.arguments.OptionTable} lets picocli parse them and reports all errors at
 * once.
 */
@NullMarked
package io.slipway.simulator.arguments;

import org.jspecify.annotations.NullMarked;
