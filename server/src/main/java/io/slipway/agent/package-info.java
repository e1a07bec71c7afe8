/** Agents: who a device talks to, and their configuration. */
@NullMarked
package io.slipway.agent;

import org.jspecify.annotations.NullMarked;
