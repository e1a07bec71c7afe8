/**
 * The benchmark behind {@code ./slipway bench checkin}: fills a store, runs the real server and a
 * bare handler in turns, and reports both. Not a test: in the test suite run only the tests of its
 * pure parts and runs so small that their figures mean nothing.
 */
package io.slipway.bench;
