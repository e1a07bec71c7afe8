/** What one call of a device costs, counted without a clock. */
package io.slipway.meter;
