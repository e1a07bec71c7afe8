package io.slipway.http.stream;

/**
 * Gets the answer to one request, on the event loop that made it: the head, any number of pieces,
 * and then exactly one of {@link #ended} and {@link #failed}; or only {@link #failed}. Nothing is
 * called any more after {@link StreamingCall#cancel}.
 */
public interface StreamingListener {

    /** The answer begins, whatever its status: redirects are answers like others. */
    void head(AnswerHead head);

    /**
     * A part of the body.
     *
     * @param piece at least one byte; the listener's from now on
     */
    void body(byte[] piece);

    /** The answer is complete. */
    void ended();

    /**
     * There is no more.
     *
     * @param why for a log: contains nothing of the request's headers and body
     */
    void failed(StreamingFault fault, String why);
}
