package io.slipway.history;

/**
 * A stored line.
 *
 * @param kind the code of a {@link ChatLog.Speaker}
 * @param listenMode {@code ""} if unknown
 * @param at epoch milliseconds
 */
record ChatLine(long id, int kind, String content, String listenMode, long at) {

    /** Identifies the line, without its content. */
    @Override
    public String toString() {
        return "ChatLine[" + id + "]";
    }
}
