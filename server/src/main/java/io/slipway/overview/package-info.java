/** The overview: figures from all features, and what needs attention. */
@NullMarked
package io.slipway.overview;

import org.jspecify.annotations.NullMarked;
