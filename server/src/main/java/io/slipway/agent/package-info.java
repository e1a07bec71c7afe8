/** Agents: who a device talks to, and how that one is set up. */
@NullMarked
package io.slipway.agent;

import org.jspecify.annotations.NullMarked;
