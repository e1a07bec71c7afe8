package io.slipway.http.governor;

import org.jspecify.annotations.Nullable;

/** What the body of one request may use. */
public interface BodyBudget extends AutoCloseable {

    /** Of a body that goes to disk as it arrives. */
    BodyBudget NONE =
            new BodyBudget() {
                @Override
                public @Nullable EdgeLimit take(int bytes) {
                    return null;
                }

                @Override
                public void close() {}
            };

    /**
     * Takes a number of bytes.
     *
     * @return the limit that this would exceed, null if they were taken
     */
    @Nullable EdgeLimit take(int bytes);

    /**
     * Says how to end the body if others need the room.
     *
     * @param end called at most once, from any thread, before {@link #finish}; must not block
     */
    default void onRoomNeeded(Runnable end) {}

    /**
     * The body is complete.
     *
     * @return false if it had to make room for others just before
     */
    default boolean finish() {
        return true;
    }

    /** Gives everything back. May be called again. */
    @Override
    void close();
}
