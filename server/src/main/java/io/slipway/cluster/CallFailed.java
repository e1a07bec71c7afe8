package io.slipway.cluster;

/** A call to another node got no answer. */
public final class CallFailed extends RuntimeException {

    /** The reason. */
    public enum CallFailureKind {
        /** No answer came in time; the work may still be done. */
        TIMEOUT,
        /** The node has ended or can't be reached. */
        NODE_GONE,
        /** The node refused, or its work threw: the message has the reason. */
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
