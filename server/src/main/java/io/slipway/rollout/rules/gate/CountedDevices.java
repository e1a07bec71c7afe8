package io.slipway.rollout.rules.gate;

import io.slipway.text.Sentence;

/**
 * The devices that were counted in a decision (decisions D11), as far as they were decided by then.
 *
 * @param full devices that count in full
 * @param accounts other accounts that had some
 * @param others those accounts' devices
 * @param othersCounted how many they counted as
 * @param leftOut devices that did not count
 */
public record CountedDevices(
        long full, long accounts, long others, long othersCounted, long leftOut) {

    public static final CountedDevices NONE = new CountedDevices(0, 0, 0, 0, 0);

    CountedDevices plus(CountedDevices other) {
        return new CountedDevices(
                full + other.full,
                Math.max(accounts, other.accounts),
                others + other.others,
                othersCounted + other.othersCounted,
                leftOut + other.leftOut);
    }

    public Sentence sentence() {
        var zh = new StringBuilder("计入全额设备 %d 台".formatted(full));
        var en = new StringBuilder("Counted: %d devices in full".formatted(full));
        if (others > 0) {
            zh.append("；其他 %d 个账号的 %d 台按 %d 台计入".formatted(accounts, others, othersCounted));
            en.append("; %d of %d other accounts as %d".formatted(others, accounts, othersCounted));
        }
        if (leftOut > 0) {
            zh.append("；%d 台未计入（绑定未证实，或晚于本任务）".formatted(leftOut));
            en.append(
                    "; %d left out (binding not proven, or newer than the rollout)"
                            .formatted(leftOut));
        }
        return new Sentence(zh.toString(), en.toString());
    }
}
