package io.slipway.simulator.strict;

/** The server sent something that breaks a real device. */
public final class RuleBroken extends RuntimeException {

    /** Printed once at the end, because rule names mean nothing by themselves. */
    public static final String WHERE =
            "R and § are rules of docs/device-contract.md, F and U of docs/update-rules.md";

    private final String rule;
    private final String what;

    /**
     * @param rule its number in {@code docs}: of a rule or, after §, a section of device-contract,
     *     or of a fact or rule of update-rules
     * @param what happened
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
