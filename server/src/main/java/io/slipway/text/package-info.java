/**
 * What people read, in Chinese and in English. A kit: sentences are written where their reason is
 * known; the language is chosen only at the edge.
 */
@NullMarked
package io.slipway.text;

import org.jspecify.annotations.NullMarked;
