/** Builds: firmware images, their facts, where they are stored and how devices get them. */
@NullMarked
package io.slipway.firmware;

import org.jspecify.annotations.NullMarked;
