package io.slipway.cluster;

/** A call to another node has no answer. */
public final class CallFailed extends RuntimeException {

    /** Why. */
    public enum CallFailureKind {
        /** Nothing came in time; the work may still be done. */
        TIMEOUT,
        /** The node has ended or can't be reached. */
        NODE_GONE,
        /** The node refused or its work threw: the message says what. */
        FAILED
    }

    private final CallFailureKind kind;

    public CallFailed(CallFailureKind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public CallFailureKind kind() {
        return kind;
    }
}
