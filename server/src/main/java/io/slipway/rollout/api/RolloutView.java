package io.slipway.rollout.api;

import io.slipway.http.schema.Described;
import io.slipway.http.schema.Inlined;
import io.slipway.http.schema.Moment;
import io.slipway.rollout.api.StratumView.StoppedStratumView;
import io.slipway.rollout.grant.RolloutDetail;
import io.slipway.rollout.json.PlanView;
import io.slipway.rollout.json.StageView;
import io.slipway.rollout.rules.attempt.Stratum;
import io.slipway.rollout.rules.gate.Halts;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A rollout with its plan and the results of each stage. */
record RolloutView(
        @Inlined RolloutListedView listed,
        PlanView plan,
        @Described(
                        "先升级的设备；名单长时只列前 20 台 · devices to update first; of a long list only the"
                                + " first 20")
                CanariesView canaries,
        @Inlined RolloutLoad load,
        @Inlined RolloutStops stops,
        List<StageDetailView> stageDetails) {

    /** The order in which groups are shown. */
    static final Comparator<Stratum> ORDER =
            Comparator.comparing(Stratum::board)
                    .thenComparing(Stratum::chip)
                    .thenComparing(Stratum::scheme)
                    .thenComparing(Stratum::from);

    /** The devices that are updated first. */
    record CanariesView(int count, List<String> macs) {

        static CanariesView of(RolloutDetail.Canaries canaries) {
            return new CanariesView(
                    canaries.count(), canaries.macs().stream().map(Object::toString).toList());
        }
    }

    /** Updates in flight, and how often its devices check in. */
    record RolloutLoad(
            long inFlight,
            long offersInLastMinute,
            @Described("设备数何时点清 · when its devices were counted") @Nullable Instant countedAt,
            @Described("两次检查之间的中位时间 · median time between two check-ins")
                    @Nullable Long medianCheckInSeconds) {}

    /** The groups that currently get no offers. */
    record RolloutStops(
            List<String> haltedBoards,
            List<StoppedStratumView> halted,
            @Described("等待人工决定的设备组 · groups that are waiting for a person's decision")
                    List<StoppedStratumView> paused) {

        static RolloutStops of(RolloutDetail detail) {
            Halts halts = detail.now().course().halts();
            return new RolloutStops(
                    List.copyOf(halts.boards()),
                    stopped(detail, halts.strata()),
                    stopped(detail, halts.paused()));
        }

        private static List<StoppedStratumView> stopped(RolloutDetail detail, Set<Stratum> strata) {
            return strata.stream()
                    .sorted(ORDER)
                    .map(each -> StoppedStratumView.of(each, detail.findings().strata().get(each)))
                    .toList();
        }
    }

    /** The results of one stage. */
    record StageDetailView(
            int stage,
            boolean running,
            @Inlined StageView plan,
            TallyView tally,
            List<StratumDetailView> strata) {}

    /**
     * The results of a group in one stage.
     *
     * @param waiting null unless it is the current stage
     */
    @Described(
            "正在进行的阶段才有 eta 及其后的字段 · eta and the fields after it are present only for the current"
                    + " stage")
    record StratumDetailView(
            @Inlined StratumView stratum,
            boolean halted,
            @Described("等待人工决定 · whether it is waiting for a person's decision") boolean paused,
            TallyView tally,
            @Inlined FailureRate failures,
            @Inlined @Nullable StratumWait waiting) {}

    /** Failure rate, in percent. */
    record FailureRate(
            @Described("失败率；还没有结果时为 null · failure rate; null while nothing is decided")
                    @Nullable BigDecimal failurePercent,
            @Described("失败率估计的下界（95 %） · lower bound of the failure rate (95 %)")
                    BigDecimal failurePercentAtLeast,
            @Described("失败率估计的上界（95 %） · upper bound of the failure rate (95 %)")
                    BigDecimal failurePercentAtMost,
            @Described("失败率上限 · limit of the failure rate") BigDecimal failurePercentLimit) {}

    /** What a group of the current stage is still waiting for, and until when. */
    record StratumWait(
            @Described("还要多久，ISO 8601 时长 · estimated remaining time, as an ISO 8601 duration")
                    @Nullable String eta,
            @Described("正在观察 · whether it is being watched") boolean soaking,
            @Described("需要几台有结果 · number of devices that must be decided") long needed,
            @Described("符合条件的设备 · devices that belong to it") long members,
            @Described("还没有结果的 · not decided yet") long undecided,
            @Nullable VerdictView verdict,
            @Described("属于本阶段但不计入的设备 · devices of the stage that do not count") long leftOut,
            @Described("观察到何时 · end of the soak") @Nullable Instant soakUntil) {}

    /**
     * @param median time between two check-ins of its devices, empty if unknown
     */
    static RolloutView of(
            RolloutDetail detail, Optional<Duration> median, List<StageDetailView> stages) {
        return new RolloutView(
                RolloutListedView.of(detail),
                PlanView.of(detail.plan()),
                CanariesView.of(detail.canaries()),
                new RolloutLoad(
                        detail.now().course().load().inFlight(),
                        detail.now().course().load().perMinute(),
                        Moment.orNull(detail.findings().countedAt()),
                        median.map(Duration::toSeconds).orElse(null)),
                RolloutStops.of(detail),
                stages);
    }
}
