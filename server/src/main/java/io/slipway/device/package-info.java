/** The registry: devices, the pairs they are pinned to, their owners, and when they were seen. */
@NullMarked
package io.slipway.device;

import org.jspecify.annotations.NullMarked;
