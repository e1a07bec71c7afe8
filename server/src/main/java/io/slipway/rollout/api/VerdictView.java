package io.slipway.rollout.api;

import io.slipway.http.schema.Described;
import io.slipway.http.schema.Inlined;
import io.slipway.rollout.rules.gate.CountedDevices;
import io.slipway.rollout.rules.gate.Verdict;
import io.slipway.text.Sentence;
import org.jspecify.annotations.Nullable;

/** The verdict of the gates, and the devices that it is based on. */
record VerdictView(
        Verdict.GateReason code,
        Verdict.Move move,
        @Inlined Sentence why,
        @Described("计入了谁的设备 · whose devices were counted") CountedView counted) {

    /** The devices that were counted, by account. */
    record CountedView(
            @Described("全额计入的设备 · devices that count in full") long full,
            @Described("其他账号 · other accounts") long accounts,
            @Described("它们的设备 · their devices") long others,
            @Described("按几台计入 · number of devices that they count as") long othersCounted,
            @Described("未计入的 · those that did not count") long leftOut,
            @Inlined Sentence sentence) {

        static CountedView of(CountedDevices counted) {
            return new CountedView(
                    counted.full(),
                    counted.accounts(),
                    counted.others(),
                    counted.othersCounted(),
                    counted.leftOut(),
                    counted.sentence());
        }
    }

    static @Nullable VerdictView orNull(@Nullable Verdict verdict) {
        return verdict == null
                ? null
                : new VerdictView(
                        verdict.reason(),
                        verdict.move(),
                        verdict.why(),
                        CountedView.of(verdict.counted()));
    }
}
