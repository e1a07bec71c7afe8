package io.slipway.http.governor;

/** What the unfinished message of one WebSocket may use. Lives on its event loop. */
public interface MessageBudget {

    /**
     * Takes a further part.
     *
     * @return false if that is too much
     */
    boolean assembling(int bytes);

    /**
     * Says how to end the message if others need the room.
     *
     * @param end called at most once, from any thread; must not block
     */
    default void whenNeeded(Runnable end) {}

    /** The message is complete, or will never be: gives everything back. May be called again. */
    void assembled();
}
