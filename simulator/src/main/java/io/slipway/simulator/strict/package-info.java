/**
 * Parses a server's messages as the strictest real devices do, and names the rule of the device
 * contract that one breaks. Shares nothing with the code that writes those messages.
 */
@NullMarked
package io.slipway.simulator.strict;

import org.jspecify.annotations.NullMarked;
