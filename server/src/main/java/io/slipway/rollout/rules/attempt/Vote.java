package io.slipway.rollout.rules.attempt;

import io.slipway.text.Sentence;

/** Whether what becomes of a device decides about a rollout (decisions D11). */
public enum Vote {
    /** One's own device, or one of an account that an administrator vouches for. */
    FULL("全额计入", "counts in full"),
    /** Another account's, bound with proof before the rollout was made. */
    LIMITED("与同账号的设备合计限额计入", "counts up to its account's share"),
    /** Another account's, unproven or bound since: anybody can have as many as he likes. */
    NONE("不计入：绑定未证实，或晚于本任务", "does not count: not proven, or bound after the rollout was made");

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
     * What a device has.
     *
     * @param everyone whether the rollout reaches all accounts' devices
     * @param vouched whether its account is an administrator's or a trusted one
     * @param proven whether more than a MAC or a bare serial number stands behind the binding
     */
    public static Vote of(
            boolean everyone, boolean vouched, boolean proven, long boundAt, long createdAt) {
        if (!everyone || vouched) {
            return FULL;
        }
        return proven && boundAt < createdAt ? LIMITED : NONE;
    }
}
