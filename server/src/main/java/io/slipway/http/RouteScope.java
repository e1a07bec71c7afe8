package io.slipway.http;

/**
 * What a console route needs of its caller. Declared once, where the route is registered; checked
 * where callers are authenticated, so that a route that does not authenticate must be {@link
 * #OPEN}.
 */
public enum RouteScope {
    /** Nobody in particular: for what precedes a login. */
    OPEN,
    /** To see what the account may see; only for GET, and all that such a route needs. */
    READ,
    /** To change devices and what they belong to: agents, programs, imports, sessions. */
    DEVICES,
    /** To change builds and rollouts. */
    FIRMWARE,
    /** To change anything else that a program may. */
    ALL,
    /** A person's login: an API key never suffices. */
    LOGIN;

    /**
     * Whether this suits a method: a key that may only read must not be able to change anything,
     * and to see something needs no more than to read.
     */
    boolean suits(String method) {
        boolean reads = method.equals("GET");
        return this == OPEN || (this == READ) == reads;
    }
}
