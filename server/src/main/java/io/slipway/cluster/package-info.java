/** What nodes tell each other. Knows no feature. */
@NullMarked
package io.slipway.cluster;

import org.jspecify.annotations.NullMarked;
