package io.slipway.simulator.update;

/**
 * A version on which devices misbehave, whatever its image says.
 *
 * @param version {@code ""} for none
 * @param board the only one on which they do, {@code ""} for all
 */
public record Wreck(String version, Behaviour behaviour, String board) {

    public static final Wreck NONE = new Wreck("", Behaviour.GOOD, "");

    Behaviour on(String where, Flashed image) {
        boolean concerned = image.version().equals(version);
        return concerned && (board.isEmpty() || board.equals(where))
                ? behaviour
                : image.marker().on(where);
    }
}
