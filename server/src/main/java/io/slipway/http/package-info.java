/**
 * The edge kit: sockets, routes, requests and responses, problems and their statuses. Knows no
 * feature; the only package besides the socket endpoint that sees Vert.x.
 */
@NullMarked
package io.slipway.http;

import org.jspecify.annotations.NullMarked;
