/**
 * The protocol between a device and its server, as real firmware speaks it: lenient in, exact out.
 *
 * <p>Everything here is immutable and thread-safe, and depends on no other module. Sources: the
 * public firmware {@code 78/xiaozhi-esp32} (v1.0 to v2.4.2) and {@code py-xiaozhi} 2.1.1.
 */
@NullMarked
package io.slipway.protocol;

import org.jspecify.annotations.NullMarked;
