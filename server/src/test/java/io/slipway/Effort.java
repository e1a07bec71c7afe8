package io.slipway;

/**
 * How much a test tries that could try for ever: {@code ./slipway test} takes a part, {@code
 * ./slipway test --all} all of it. Whole tests that only the latter runs have the tag {@code long}.
 */
public final class Effort {

    private Effort() {}

    /** Whether all is to be tried. */
    public static boolean all() {
        return "all".equals(System.getProperty("tests.effort"));
    }

    /** As many as are to be tried. */
    public static int of(int usual, int all) {
        return all() ? all : usual;
    }
}
