/** What people and their agents said to each other, as far as the agents' owners want it kept. */
@NullMarked
package io.slipway.history;

import org.jspecify.annotations.NullMarked;
