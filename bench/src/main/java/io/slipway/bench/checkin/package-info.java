/**
 * {@code ./slipway bench checkin}: the real server and a bare handler in turns, loaded by wrk, and
 * on request another build or another server.
 */
package io.slipway.bench.checkin;
