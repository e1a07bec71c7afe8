package io.slipway.rollout;

import io.slipway.account.Caller;
import io.slipway.protocol.Mac;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What people do with rollouts. Each act is audited and part of the feed. A caller sees his
 * account's, an administrator all; what he may not see is 404. Thread-safe; calls block.
 */
@SuppressWarnings("DoNotCallSuggester") // until filled in
public final class Rollouts {

    /** Filters of {@link #page}; null matches everything. */
    public record Filter(@Nullable String status, @Nullable String buildId) {}

    /**
     * Makes a draft: nobody gets anything before {@link #start}.
     *
     * @throws io.slipway.http.Problem 404 for a build that the caller can't see, 403 for {@code
     *     everyone} without being an administrator, 409 for a quarantined build
     */
    public String create(Caller caller, RolloutPlan plan, Named named) {
        throw new UnsupportedOperationException();
    }

    /**
     * Newest first, before the id {@code cursor}; one more than {@code limit} if there are more.
     */
    public List<RolloutDetail> page(
            Caller caller, Filter filter, @Nullable String cursor, int limit) {
        throw new UnsupportedOperationException();
    }

    public RolloutDetail find(Caller caller, String id) {
        throw new UnsupportedOperationException();
    }

    /** A draft begins, or waits for approval. */
    public void start(Caller caller, String id) {
        throw new UnsupportedOperationException();
    }

    /** By somebody other than who started it. */
    public void approve(Caller caller, String id) {
        throw new UnsupportedOperationException();
    }

    public void pause(Caller caller, String id, String why) {
        throw new UnsupportedOperationException();
    }

    /**
     * Goes on after a pause or a halt. The failures so far are acknowledged by it: only new ones
     * can stop it again.
     */
    public void resume(Caller caller, String id, String why) {
        throw new UnsupportedOperationException();
    }

    public void cancel(Caller caller, String id, String why) {
        throw new UnsupportedOperationException();
    }

    /** Ends it: who has not been offered the build will not be. */
    public void finish(Caller caller, String id) {
        throw new UnsupportedOperationException();
    }

    /** To the next stage although its gate has not passed. */
    public void promote(Caller caller, String id, String why) {
        throw new UnsupportedOperationException();
    }

    /** Other shares and gates for the stages from the running one on; shares may only grow. */
    public void widen(Caller caller, String id, List<Rollout.Stage> stages) {
        throw new UnsupportedOperationException();
    }

    /**
     * Cancels it, puts its build in quarantine and makes a started rollout that takes devices back
     * to another build, by force where that is needed and allowed.
     */
    public String turnBack(Caller caller, String id, String toBuildId) {
        throw new UnsupportedOperationException();
    }

    /** Devices of a rollout, by device id after {@code cursor}. */
    public List<AttemptRow> devices(
            Caller caller, String id, @Nullable State state, long cursor, int limit) {
        throw new UnsupportedOperationException();
    }

    /** All attempts of an account's device, the latest first. */
    public List<AttemptRow> history(Caller caller, Mac mac) {
        throw new UnsupportedOperationException();
    }

    /** Why it was or wasn't offered a build. */
    public Explanation explain(Caller caller, Mac mac) {
        throw new UnsupportedOperationException();
    }

    /** Devices that a build is not offered to any more, by device id after {@code cursor}. */
    public List<AttemptRow> quarantine(
            Caller caller, @Nullable String buildId, long cursor, int limit) {
        throw new UnsupportedOperationException();
    }

    /** Lets a build be offered to a device again (U15). */
    public void clear(Caller caller, Mac mac, String buildId) {
        throw new UnsupportedOperationException();
    }

    /** What the plan would do if it began now. */
    public Preview preview(Caller caller, RolloutPlan plan, Named named) {
        throw new UnsupportedOperationException();
    }
}
