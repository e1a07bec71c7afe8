package io.slipway.rollout.rules.plan;

import io.slipway.firmware.ChipRange;
import io.slipway.rollout.rules.Given;
import io.slipway.rollout.rules.attempt.BuildRef;
import io.slipway.rollout.rules.gate.Halts;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A rollout with one thing changed. */
public final class Plan {

    private final Rollout r;
    private long createdAt;
    private Rollout.Reach reach;
    private Target target;
    private @Nullable BuildRef bad;
    private List<Rollout.Stage> stages;
    private Rollout.Status status;
    private Limits.Load load;
    private Halts halts;
    private Schedule schedule;
    private boolean visible;

    private Plan(Rollout r) {
        this.r = r;
        createdAt = r.createdAt();
        reach = r.reach();
        target = r.target();
        bad = r.bad();
        stages = r.course().stages();
        status = r.course().status();
        load = r.course().load();
        halts = r.course().halts();
        schedule = r.schedule();
        visible = r.visible();
    }

    public static Plan of(Rollout rollout) {
        return new Plan(rollout);
    }

    private Rollout made() {
        return new Rollout(
                r.id(),
                createdAt,
                reach,
                target,
                bad,
                new Rollout.Course(stages, r.course().stage(), status, load, halts),
                schedule,
                visible);
    }

    Rollout createdAt(long value) {
        createdAt = value;
        return made();
    }

    Rollout account(String value) {
        reach = new Rollout.Reach(value, reach.selection(), reach.salt());
        return made();
    }

    Rollout revisions(int min, int max) {
        return target(new ChipRange(target.chips().model(), min, max), target.needsPsram());
    }

    public Rollout needsPsram() {
        return target(target.chips(), true);
    }

    private Rollout target(ChipRange chips, boolean needsPsram) {
        target =
                new Target(
                        target.build(),
                        target.version(),
                        chips,
                        target.size(),
                        target.scheme(),
                        target.boards(),
                        target.floors(),
                        needsPsram);
        return made();
    }

    Rollout bad(BuildRef value) {
        bad = value;
        return made();
    }

    Rollout selection(Selection value) {
        reach = new Rollout.Reach(reach.account(), value, reach.salt());
        return made();
    }

    public Rollout share(double value) {
        stages = List.of(new Rollout.Stage(value, Given.GATE));
        return made();
    }

    public Rollout stages(List<Rollout.Stage> value) {
        stages = value;
        return made();
    }

    Rollout status(Rollout.Status value) {
        status = value;
        return made();
    }

    Rollout startsAt(long value) {
        schedule = new Schedule(schedule.limits(), schedule.window(), value);
        return made();
    }

    Rollout window(Window value) {
        schedule = new Schedule(schedule.limits(), value, schedule.startsAt());
        return made();
    }

    public Rollout limits(Limits value, Limits.Load inUse) {
        schedule = new Schedule(value, schedule.window(), schedule.startsAt());
        load = inUse;
        return made();
    }

    Rollout halts(Halts value) {
        halts = value;
        return made();
    }

    Rollout visible(boolean value) {
        visible = value;
        return made();
    }
}
