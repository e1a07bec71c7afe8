/**
 * The HTTP server: takes the routes of all planes, listens on every core, and hands each request to
 * the room that it belongs to.
 */
@NullMarked
package io.slipway.http.edge;

import org.jspecify.annotations.NullMarked;
