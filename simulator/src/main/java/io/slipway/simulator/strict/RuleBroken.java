package io.slipway.simulator.strict;

/** The server sent something that breaks a real device. */
public final class RuleBroken extends RuntimeException {

    private final String rule;
    private final String what;

    /**
     * @param rule of the device contract: {@code R1} to {@code R14}, or a section such as {@code
     *     §2.8}
     * @param what was seen
     */
    public RuleBroken(String rule, String what) {
        super(rule + ": " + what);
        this.rule = rule;
        this.what = what;
    }

    public String rule() {
        return rule;
    }

    public String what() {
        return what;
    }
}
