/**
 * {@code ./slipway bench checkin}: alternates between the real server and a bare handler, loaded by
 * wrk, and on request another build or another server.
 */
package io.slipway.bench.checkin;
