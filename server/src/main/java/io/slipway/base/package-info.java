/** What every feature stands on. Knows no feature. */
@NullMarked
package io.slipway.base;

import org.jspecify.annotations.NullMarked;
