package io.slipway.rollout.rules.plan;

import io.slipway.rollout.rules.Given;
import io.slipway.rollout.rules.attempt.BuildRef;
import io.slipway.rollout.rules.gate.Halts;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A rollout with one thing changed. */
public final class Plan {

    private final Rollout r;
    private long createdAt;
    private @Nullable String account;
    private Target target;
    private @Nullable BuildRef bad;
    private Selection selection;
    private List<Rollout.Stage> stages;
    private Rollout.Status status;
    private long startsAt;
    private @Nullable Window window;
    private Limits limits;
    private Limits.Load load;
    private Halts halts;
    private boolean visible;

    private Plan(Rollout r) {
        this.r = r;
        createdAt = r.createdAt();
        account = r.account();
        target = r.target();
        bad = r.bad();
        selection = r.selection();
        stages = r.stages();
        status = r.status();
        startsAt = r.startsAt();
        window = r.window();
        limits = r.limits();
        load = r.load();
        halts = r.halts();
        visible = r.visible();
    }

    public static Plan of(Rollout rollout) {
        return new Plan(rollout);
    }

    private Rollout made() {
        return new Rollout(
                r.id(), createdAt, account, target, bad, selection, r.salt(), stages, r.stage(),
                status, startsAt, window, limits, load, halts, visible);
    }

    Rollout createdAt(long value) {
        createdAt = value;
        return made();
    }

    Rollout account(String value) {
        account = value;
        return made();
    }

    Rollout revisions(int min, int max) {
        target =
                new Target(
                        target.build(),
                        target.version(),
                        target.chip(),
                        min,
                        max,
                        target.size(),
                        target.scheme(),
                        target.boards(),
                        target.floors());
        return made();
    }

    public Rollout needsPsram() {
        target =
                new Target(
                        target.build(),
                        target.version(),
                        target.chip(),
                        target.minRevision(),
                        target.maxRevision(),
                        target.size(),
                        target.scheme(),
                        target.boards(),
                        target.floors(),
                        true);
        return made();
    }

    Rollout bad(BuildRef value) {
        bad = value;
        return made();
    }

    Rollout selection(Selection value) {
        selection = value;
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
        startsAt = value;
        return made();
    }

    Rollout window(Window value) {
        window = value;
        return made();
    }

    public Rollout limits(Limits value, Limits.Load inUse) {
        limits = value;
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
