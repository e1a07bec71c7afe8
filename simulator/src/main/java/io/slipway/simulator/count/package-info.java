/** What is counted while devices run: findings by rule, latencies, traffic. */
@NullMarked
package io.slipway.simulator.count;

import org.jspecify.annotations.NullMarked;
