package io.slipway;

/**
 * How much a test tries that could go on forever: {@code ./slipway test} takes a part, {@code
 * ./slipway test --all} all of it. Tests that only the latter runs have the tag {@code long}.
 */
public final class Effort {

    private Effort() {}

    /** Whether everything should be tried. */
    public static boolean all() {
        return "all".equals(System.getProperty("tests.effort"));
    }

    /** The number of tries. */
    public static int of(int usual, int all) {
        return all() ? all : usual;
    }
}
