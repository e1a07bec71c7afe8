package io.slipway.http.stream;

/** Why a request has no answer, or only a part of it. */
public enum StreamingFault {
    /** The name is unknown, or there is no connection. */
    UNREACHABLE,
    /** The name's address is in a private network, which is not allowed. */
    PRIVATE_ADDRESS,
    /** Nothing came for too long, or not all of it in time. */
    SILENT,
    /** The connection ended before the answer did. */
    CUT_OFF,
    /** The head or the body is longer than allowed. */
    TOO_LARGE,
    /** What came is no HTTP. */
    UNREADABLE
}
