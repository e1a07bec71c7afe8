/**
 * When devices were seen and which addresses they call: collected in memory, written in batches,
 * counted.
 */
@NullMarked
package io.slipway.device.seen;

import org.jspecify.annotations.NullMarked;
