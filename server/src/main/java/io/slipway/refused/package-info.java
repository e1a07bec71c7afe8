/** Handshakes and checks that were refused: why, for whom they concern, and how fast. */
@NullMarked
package io.slipway.refused;

import org.jspecify.annotations.NullMarked;
