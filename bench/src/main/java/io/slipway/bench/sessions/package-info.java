/**
 * {@code ./slipway bench sessions}: what voice sessions hold in memory and what relaying their
 * frames costs, against a bare echo.
 */
package io.slipway.bench.sessions;
