package io.slipway.history;

/**
 * A line as it is kept.
 *
 * @param kind the code of a {@link ChatLog.Speaker}
 * @param listenMode {@code ""} when it is not known
 * @param at epoch milliseconds
 */
record ChatLine(long id, int kind, String content, String listenMode, long at) {

    /** Where it is, never what it says. */
    @Override
    public String toString() {
        return "ChatLine[" + id + "]";
    }
}
