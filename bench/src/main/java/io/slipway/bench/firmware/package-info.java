/** {@code ./slipway bench firmware}: downloads, alternating with nginx. */
package io.slipway.bench.firmware;
