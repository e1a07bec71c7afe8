/** The registry: who a device is, which pair it is pinned to, whose it is, when it was seen. */
@NullMarked
package io.slipway.device;

import org.jspecify.annotations.NullMarked;
