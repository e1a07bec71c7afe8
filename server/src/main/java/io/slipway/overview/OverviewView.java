package io.slipway.overview;

import io.slipway.http.schema.Described;
import io.slipway.http.schema.Inlined;
import io.slipway.http.schema.Moment;
import io.slipway.http.schema.Shape;
import io.slipway.rollout.grant.OpenRollouts;
import io.slipway.text.Sentence;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The console's first page.
 *
 * @param online null if temporarily unknown
 */
record OverviewView(
        long devices,
        @Described("null 为暂时不知道 · null if temporarily unknown") @Nullable Long online,
        long checkedInToday,
        @Described(
                        "附近等待绑定的；管理员为全部 · devices nearby that are waiting to be bound; for"
                                + " administrators, all waiting devices")
                long waiting,
        @Described("设备何时点的数，至多一分钟前 · when the devices were counted, at most a minute ago")
                Instant countedAt,
        @Shape(maxItems = SHOWN_ROLLOUTS) List<RolloutSummaryView> rollouts,
        @Described("需要留意的 · what needs attention") List<AttentionItemView> attention) {

    static final int SHOWN_ROLLOUTS = 10;

    /**
     * A rollout that has not ended.
     *
     * @param verdict null if there is none yet
     * @param begunAt null if not started yet
     */
    record RolloutSummaryView(
            @Inlined SummaryHead head,
            @Inlined OpenRollouts.StageProgress progress,
            @Inlined SummaryCounts counts,
            @Nullable Sentence verdict,
            @Nullable Instant begunAt) {

        static RolloutSummaryView of(OpenRollouts.RolloutSummary summary) {
            return new RolloutSummaryView(
                    new SummaryHead(
                            summary.id(), summary.name(), summary.status(), summary.version()),
                    summary.progress(),
                    new SummaryCounts(
                            summary.tally().offered(),
                            summary.tally().outcomes().good(),
                            summary.tally().outcomes().bad()),
                    summary.gates().verdict(),
                    Moment.orNull(summary.begunAt()));
        }
    }

    /** The rollout and its state. */
    record SummaryHead(
            @Shape(pattern = Shape.ID) String id, String name, String state, String version) {}

    /** Its results so far, as numbers of devices. */
    record SummaryCounts(long offered, long good, long bad) {}
}
