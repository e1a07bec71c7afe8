/** Speech as samples and as Opus packets: a kit, used by whoever makes devices speak. */
@NullMarked
package io.slipway.sound;

import org.jspecify.annotations.NullMarked;
