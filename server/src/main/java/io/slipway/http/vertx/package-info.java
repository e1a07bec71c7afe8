/**
 * Everything that reaches below the framework's public API, behind small classes that say what for.
 * One test beside them holds each trick to what it relies on: after an upgrade of the framework it
 * fails first and says which one no longer fits.
 */
@NullMarked
package io.slipway.http.vertx;

import org.jspecify.annotations.NullMarked;
