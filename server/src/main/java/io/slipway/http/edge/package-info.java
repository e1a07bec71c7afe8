/**
 * The HTTP server: registers the routes of all planes, listens on every core, and dispatches each
 * request to the package that handles it.
 */
@NullMarked
package io.slipway.http.edge;

import org.jspecify.annotations.NullMarked;
