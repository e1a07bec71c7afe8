package io.slipway.rollout.rules.attempt;

import static io.slipway.rollout.rules.Given.T0;

import io.slipway.rollout.rules.Given;
import java.util.ArrayList;
import java.util.List;

/** One device's attempt, told event by event. Times are in ms since the story began. */
public final class Story {

    private static final String DOWNLOAD = "d1";

    final List<Evidence> log = new ArrayList<>();
    final List<Transition.StateChange> changes = new ArrayList<>();
    final Attempt first;
    public Attempt attempt;
    Tally tally;
    Outages outages = Outages.NONE;
    Policy policy = Policy.DEFAULTS;
    private final RunningBuild from;
    private final boolean visible;
    private int offers;

    private Story(RunningBuild from, boolean visible) {
        this.from = from;
        this.visible = visible;
        first = Attempt.first("r1", offer(0), List.of());
        attempt = first;
        tally = Tally.of(attempt);
    }

    /** From 2.0.0 to 2.1.0, watched. */
    public static Story begins() {
        return from(Given.running("2.0.0"));
    }

    public static Story from(RunningBuild from) {
        return new Story(from, true);
    }

    static Story unwatched() {
        return new Story(Given.running("2.0.0"), false);
    }

    private long seq() {
        return log.size() + 1L;
    }

    Story add(Evidence evidence) {
        log.add(evidence);
        Transition transition = Inference.apply(attempt, evidence, outages, policy);
        attempt = transition.attempt();
        changes.addAll(transition.changes());
        tally = tally.plus(transition.delta());
        return this;
    }

    public Story offered(long t) {
        offers++;
        return add(offer(t));
    }

    private Evidence.Offered offer(long t) {
        return new Evidence.Offered(
                seq(),
                T0 + t,
                "o" + offers,
                Given.build("2.1.0"),
                0,
                Given.stratum(from.version()),
                new OfferTerms(from, false, visible));
    }

    public Story began(long t) {
        return add(new Evidence.DownloadBegan(seq(), T0 + t, "o" + offers, DOWNLOAD));
    }

    Story ended(long t, Evidence.DownloadEnd end) {
        return add(new Evidence.DownloadEnded(seq(), T0 + t, "o" + offers, DOWNLOAD, 1, end));
    }

    /** Offered at {@code t}; 4 s later the download starts, 45 s later it is done. */
    public Story downloads(long t) {
        return offered(t).began(t + 4_000).ended(t + 49_000, Evidence.DownloadEnd.COMPLETE);
    }

    Story runs(RunningBuild running, long t) {
        return add(new Evidence.CheckedIn(seq(), T0 + t, running));
    }

    Story runsNew(long t) {
        return runs(Given.running("2.1.0", "ota_1"), t);
    }

    public Story runsOld(long t) {
        return runs(from, t);
    }

    Story session(long t) {
        return add(new Evidence.SessionOpened(seq(), T0 + t));
    }

    Story pinMoved(long t) {
        return add(new Evidence.PinMoved(seq(), T0 + t));
    }

    Story superseded(long t) {
        return add(new Evidence.Superseded(seq(), T0 + t));
    }

    public Story cleared(long t) {
        return add(new Evidence.Cleared(seq(), T0 + t));
    }

    Story nothingUntil(long t) {
        return add(new Evidence.TimePassed(seq(), T0 + t));
    }

    /** Our own outage; must precede what happens in it. */
    Story outage(long from, long to) {
        outages = new Outages(List.of(new Outages.Span(T0 + from, T0 + to)));
        return this;
    }

    AttemptState state() {
        return attempt.conclusion().state();
    }

    Cause cause() {
        return attempt.conclusion().cause();
    }

    Attempt replayed() {
        Attempt again = first;
        for (Evidence evidence : log) {
            again = Inference.apply(again, evidence, outages, policy).attempt();
        }
        return again;
    }
}
