/** Health and housekeeping: reads and tends all features through their façades. */
@NullMarked
package io.slipway.ops;

import org.jspecify.annotations.NullMarked;
