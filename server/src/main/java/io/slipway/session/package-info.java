/**
 * Voice sessions: the WebSocket gateway. {@link io.slipway.session.SocketRoutes} accepts a device's
 * socket, {@link io.slipway.session.SessionAdmission} decides on its admission, {@link
 * io.slipway.session.Session} is one conversation, and a {@link io.slipway.session.Link} carries it
 * to the agent's voice backend.
 */
@NullMarked
package io.slipway.session;

import org.jspecify.annotations.NullMarked;
