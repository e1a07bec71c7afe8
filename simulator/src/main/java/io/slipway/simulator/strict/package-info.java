/**
 * Reads what a server sends as the strictest real devices do, and names the rule of the device
 * contract that it breaks. Shares nothing with the code that writes those answers.
 */
@NullMarked
package io.slipway.simulator.strict;

import org.jspecify.annotations.NullMarked;
