/**
 * Everything that reaches below the framework's public API, behind small classes that state their
 * purpose. A test next to them checks what each trick relies on: after an upgrade of the framework
 * it fails first and shows which one no longer works.
 */
@NullMarked
package io.slipway.http.vertx;

import org.jspecify.annotations.NullMarked;
