/**
 * Events: a feed for people and signed webhooks for programs. Features add events; this one knows
 * none of them.
 */
@NullMarked
package io.slipway.event;

import org.jspecify.annotations.NullMarked;
