/** Chat history: what people and their agents said, as far as the agents' owners want it stored. */
@NullMarked
package io.slipway.history;

import org.jspecify.annotations.NullMarked;
