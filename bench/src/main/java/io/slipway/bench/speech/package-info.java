/** {@code ./slipway bench speech}: what it costs to hear and to speak. */
package io.slipway.bench.speech;
