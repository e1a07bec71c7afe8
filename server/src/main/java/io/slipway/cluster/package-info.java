/** Communication between nodes. Independent of all features. */
@NullMarked
package io.slipway.cluster;

import org.jspecify.annotations.NullMarked;
