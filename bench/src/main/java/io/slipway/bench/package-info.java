/**
 * What the benchmarks behind {@code ./slipway bench} share: command lines, filled stores, servers
 * as child processes, the machine they run on. Each benchmark has a package of its own.
 */
package io.slipway.bench;
