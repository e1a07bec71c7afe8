/** The cost of a device's calls, measured without a clock. */
package io.slipway.meter;
