package io.slipway.rollout.api;

import io.slipway.http.schema.Described;
import io.slipway.http.schema.Inlined;
import io.slipway.http.schema.Moment;
import io.slipway.http.schema.Shape;
import io.slipway.rollout.grant.RolloutDetail;
import io.slipway.rollout.json.PlanJson;
import io.slipway.rollout.rules.attempt.BuildRef;
import io.slipway.rollout.rules.attempt.Tally;
import io.slipway.rollout.rules.plan.Rollout;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A rollout in a list.
 *
 * @param verdict null before the first evaluation of its gates
 * @param tally over all of its stages
 */
record RolloutListedView(
        @Inlined RolloutSubject subject,
        @Inlined RolloutProgress progress,
        @Inlined RolloutPeople people,
        @Inlined RolloutTimes times,
        @Described("最近的判断；停止时为停止的原因 · the latest verdict of its gates; if halted, the reason")
                @Nullable VerdictView verdict,
        TallyView tally) {

    static final String DRAFT = "DRAFT";

    /**
     * Its builds and devices.
     *
     * @param badBuild null unless it turns a build back
     */
    record RolloutSubject(
            @Shape(pattern = Shape.ID) String id,
            String name,
            @Shape(values = DRAFT, constants = Rollout.Status.class) String status,
            @Shape(pattern = Shape.ID) String accountId,
            boolean everyone,
            BuildRefView build,
            @Nullable BuildRefView badBuild) {}

    /** Progress. */
    record RolloutProgress(
            @Described("正在进行的阶段，从 0 起 · the current stage, from 0") int stage,
            @Described("共几个阶段 · number of stages") int stages,
            @Described("正在推送的比例 · share of devices that may currently be offered it")
                    BigDecimal percent,
            @Described("最后阶段已达标 · whether its last stage has passed") boolean passed,
            @Described(
                            "固件可能把设备带到别处，创建者已确认 · whether its build may lead devices to another"
                                    + " server, as its creator has confirmed")
                    boolean leadsAway) {}

    /** Usernames of who created, approved etc.; empty for nobody. */
    record RolloutPeople(
            Instant createdAt, String createdBy, String startedBy, String approvedBy) {}

    /** Times; null if it has not happened (yet). */
    record RolloutTimes(
            @Nullable Instant startsAt, @Nullable Instant begunAt, @Nullable Instant endedAt) {}

    static String status(RolloutDetail detail) {
        return detail.draft() ? DRAFT : detail.now().course().status().name();
    }

    static RolloutListedView of(RolloutDetail detail) {
        Rollout now = detail.now();
        BuildRef bad = now.bad();
        Tally total =
                detail.tallies().stream()
                        .map(RolloutDetail.StratumTally::tally)
                        .reduce(Tally.ZERO, Tally::plus);
        return new RolloutListedView(
                new RolloutSubject(
                        now.id(),
                        detail.plan().name(),
                        status(detail),
                        detail.making().accountId(),
                        detail.plan().everyone(),
                        BuildRefView.of(now.target().build()),
                        bad == null ? null : BuildRefView.of(bad)),
                new RolloutProgress(
                        now.course().stage(),
                        now.course().stages().size(),
                        PlanJson.percent(now.course().running().share()),
                        detail.findings().passed(),
                        detail.making().leadsAway()),
                new RolloutPeople(
                        Instant.ofEpochMilli(now.createdAt()),
                        detail.making().createdBy(),
                        detail.acts().startedBy(),
                        detail.acts().approvedBy()),
                new RolloutTimes(
                        Moment.orNull(now.schedule().startsAt()),
                        Moment.orNull(detail.acts().begunAt()),
                        Moment.orNull(detail.acts().endedAt())),
                VerdictView.orNull(detail.findings().verdict()),
                TallyView.of(total));
    }
}
