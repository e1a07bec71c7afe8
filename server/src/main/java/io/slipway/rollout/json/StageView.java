package io.slipway.rollout.json;

import io.slipway.http.schema.Described;
import io.slipway.http.schema.Shape;
import io.slipway.rollout.rules.gate.Gate;
import io.slipway.rollout.rules.plan.Rollout;
import java.math.BigDecimal;

/** A stage of a plan, in percent and minutes. */
public record StageView(
        @Described("到此阶段为止的比例 · cumulative share of devices, in percent")
                @Shape(minimum = 0, maximum = 100)
                BigDecimal percent,
        @Described("至少几台有结果 · minimum number of decided devices")
                @Shape(minimum = 0, maximum = PlanJson.MAX_DEVICES)
                int minDecided,
        @Described("失败率上限 · limit of the failure rate") BigDecimal failurePercent,
        @Described("下载失败率上限 · limit of the rate of failed downloads") BigDecimal deliveryPercent,
        @Described("达标后再观察几分钟 · minutes to watch after the criteria are met")
                BigDecimal soakMinutes) {

    public static StageView of(Rollout.Stage stage) {
        Gate gate = stage.gate();
        return new StageView(
                PlanJson.percent(stage.share()),
                gate.minDecided(),
                PlanJson.percent(gate.failureLimit()),
                PlanJson.percent(gate.deliveryLimit()),
                PlanJson.minutes(gate.soak()));
    }
}
