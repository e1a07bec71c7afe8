/** Refused handshakes and checks: the reasons, who may see them, and delayed answers. */
@NullMarked
package io.slipway.refused;

import org.jspecify.annotations.NullMarked;
