/**
 * Voice sessions: the WebSocket gateway. {@link io.slipway.session.SocketRoutes} lets a device in,
 * {@link io.slipway.session.SessionAdmission} decides what it is told, {@link
 * io.slipway.session.Session} is one conversation, and a {@link io.slipway.session.Link} carries it
 * to the agent's voice backend.
 */
@NullMarked
package io.slipway.session;

import org.jspecify.annotations.NullMarked;
