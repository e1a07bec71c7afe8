/**
 * {@code ./slipway bench sessions}: the memory of voice sessions and the cost of relaying their
 * frames, against a bare echo.
 */
package io.slipway.bench.sessions;
