/** {@code ./slipway bench firmware}: downloads, in turns with nginx. */
package io.slipway.bench.firmware;
