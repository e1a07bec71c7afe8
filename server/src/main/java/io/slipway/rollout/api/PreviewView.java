package io.slipway.rollout.api;

import io.slipway.http.schema.Described;
import io.slipway.rollout.api.RefusalView.RefusalCountView;
import io.slipway.rollout.api.StratumView.StratumCountView;
import io.slipway.rollout.grant.Rollouts;
import io.slipway.rollout.json.PlanView;
import io.slipway.rollout.rules.attempt.Stratum;
import io.slipway.rollout.rules.plan.Preview;
import io.slipway.text.Sentence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a plan would do.
 *
 * @param minutes null if it can't be estimated
 */
record PreviewView(
        @Described("在范围内的设备 · devices in the selection") long selected,
        @Described("可以升级的 · those that can be updated") long reachable,
        List<RefusalCountView> excluded,
        List<StratumCountView> strata,
        @Described("其中最近一天上过线的 · those of them seen within the last day") long seenLastDay,
        @Described("估计要几分钟 · estimated duration in minutes") @Nullable Long minutes,
        @Described("估算的依据 · the basis of the estimate") Sentence basis,
        PlanView plan) {

    private static final Sentence BASIS =
            new Sentence(
                    "按可升级设备最近 24 小时的上线情况估算：设备只有重启上线时才会升级",
                    "Estimated from the devices that can be updated and were seen within the last"
                            + " 24 hours: a device is only updated when it restarts and checks in");

    static PreviewView of(Rollouts.PlanPreview previewed) {
        Preview preview = previewed.preview();
        var strata = new ArrayList<StratumCountView>();
        var sorted = new TreeMap<Stratum, Long>(RolloutView.ORDER);
        sorted.putAll(preview.strata());
        sorted.forEach((stratum, devices) ->
                strata.add(new StratumCountView(StratumView.of(stratum), devices)));
        return new PreviewView(
                preview.selected(),
                preview.reachable(),
                RefusalView.counts(preview.excluded()),
                strata,
                preview.lately(),
                preview.takes(previewed.plan()).map(Duration::toMinutes).orElse(null),
                BASIS,
                PlanView.of(previewed.plan(), previewed.first()));
    }
}
