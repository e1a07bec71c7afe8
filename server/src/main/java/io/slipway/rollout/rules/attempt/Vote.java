package io.slipway.rollout.rules.attempt;

import io.slipway.text.Sentence;

/** Whether a device's outcome decides about a rollout (decisions D11). */
public enum Vote {
    /**
     * A device of the rollout's own account, or of an account that an administrator vouches for.
     */
    FULL("全额计入", "counts in full"),
    /** Another account's, bound with proof before the rollout was made. */
    LIMITED("与同账号的设备合计限额计入", "counts up to its account's share"),
    /** Another account's, unproven or bound later: anyone can make up any number of them. */
    NONE("不计入：绑定未证实，或晚于本任务", "does not count: binding not proven, or newer than the rollout");

    private final String zh;
    private final String en;

    Vote(String zh, String en) {
        this.zh = zh;
        this.en = en;
    }

    public Sentence sentence() {
        return new Sentence(zh, en);
    }

    /**
     * The vote of a device.
     *
     * @param everyone whether the rollout reaches all accounts' devices
     * @param vouched whether its account is an administrator's or a trusted one
     * @param proven whether the binding rests on more than a MAC or a bare serial number
     */
    public static Vote of(
            boolean everyone, boolean vouched, boolean proven, long boundAt, long createdAt) {
        if (!everyone || vouched) {
            return FULL;
        }
        return proven && boundAt < createdAt ? LIMITED : NONE;
    }
}
