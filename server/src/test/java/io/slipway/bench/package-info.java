/**
 * The benchmark behind {@code ./slipway bench checkin}: fills a store, runs the real server and a
 * bare handler in turns, and reports both. Not a test: nothing here runs in the test suite but the
 * tests of its pure parts.
 */
package io.slipway.bench;
