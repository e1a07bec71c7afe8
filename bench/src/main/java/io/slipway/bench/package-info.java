/**
 * Shared by the benchmarks of {@code ./slipway bench}: command lines, filled stores, servers as
 * child processes, the machine they run on. Each benchmark has its own package.
 */
package io.slipway.bench;
