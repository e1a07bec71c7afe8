/** What a person should see first: figures over all features, and what needs attention. */
@NullMarked
package io.slipway.overview;

import org.jspecify.annotations.NullMarked;
