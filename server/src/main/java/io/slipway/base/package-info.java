/** The foundation of every feature. Independent of all features. */
@NullMarked
package io.slipway.base;

import org.jspecify.annotations.NullMarked;
