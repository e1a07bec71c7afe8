/**
 * The governor of the edge: how much of this process its clients may use, connection by connection
 * and body by body. Used by all other parts of the edge kit.
 */
@NullMarked
package io.slipway.http.governor;

import org.jspecify.annotations.NullMarked;
