package io.slipway.rollout.rules.plan;

import io.slipway.protocol.socket.Battery;
import io.slipway.rollout.rules.attempt.Attempt;
import io.slipway.rollout.rules.attempt.AttemptState;
import io.slipway.rollout.rules.attempt.BuildRef;
import io.slipway.rollout.rules.attempt.Inference;
import io.slipway.rollout.rules.attempt.Policy;
import io.slipway.rollout.rules.attempt.Retries;
import io.slipway.rollout.rules.plan.Decision.DetailedRefusal;
import io.slipway.text.Sentence;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides at a check-in whether the device is offered a build, and states why or why not. A pure
 * function.
 */
public final class Planner {

    /**
     * update-rules U4: until its first check-in is answered, the running image can't be replaced
     * (update-rules F8).
     */
    static final Duration SETTLES_WITHIN = Duration.ofMinutes(10);

    /**
     * update-rules 2.3: an older battery reading is meaningless. A device in use is charged, and
     * talks again, within a day.
     */
    static final Duration BATTERY_TOLD_WITHIN = Duration.ofHours(24);

    private final DeviceFacts device;
    private final Suitability suitability;
    private final Collection<Attempt> attempts;
    private final Quarantines quarantines;
    private final List<Rollout> rollouts;
    private final OfferCapacity capacity;
    private final Policy policy;
    private final long now;

    private Planner(
            DeviceFacts device,
            Collection<Attempt> attempts,
            Quarantines quarantines,
            List<Rollout> rollouts,
            OfferCapacity capacity,
            Policy policy,
            long now) {
        this.device = device;
        this.suitability = new Suitability(device);
        this.attempts = attempts;
        this.quarantines = quarantines;
        this.rollouts = rollouts;
        this.capacity = capacity;
        this.policy = policy;
        this.now = now;
    }

    /**
     * Decides.
     *
     * @param attempts all of this device, with this check-in already applied
     * @param rollouts all that might reach it, including paused ones, so that they can be explained
     * @param now epoch ms
     */
    public static Decision decide(
            DeviceFacts device,
            Collection<Attempt> attempts,
            Quarantines quarantines,
            List<Rollout> rollouts,
            OfferCapacity capacity,
            Policy policy,
            long now) {
        if (rollouts.isEmpty()) {
            return new Decision.None(DetailedRefusal.of(Refusal.NO_ROLLOUT), Map.of());
        }
        return new Planner(device, attempts, quarantines, rollouts, capacity, policy, now).decide();
    }

    /**
     * What keeps a selected device from ever getting the build, regardless of the rollout's state,
     * stage and hours.
     *
     * @param attempts those of the device at the same build
     */
    public static Optional<DetailedRefusal> exclusion(
            DeviceFacts device,
            Collection<Attempt> attempts,
            Quarantines quarantines,
            Rollout rollout,
            Policy policy) {
        var only = List.of(rollout);
        var planner =
                new Planner(device, attempts, quarantines, only, OfferCapacity.FREE, policy, 0);
        DetailedRefusal refused = planner.suitability.device();
        return Optional.ofNullable(refused == null ? planner.suits(rollout) : refused);
    }

    private Decision decide() {
        Decision.Repeat repeat = repeat();
        if (repeat != null) {
            return repeat;
        }
        DetailedRefusal whole = suitability.device();
        if (whole != null) {
            return new Decision.None(whole, Map.of());
        }
        var each = new LinkedHashMap<String, DetailedRefusal>();
        for (Rollout rollout : inOrder()) {
            DetailedRefusal refused = refused(rollout);
            if (refused == null) {
                return offer(rollout);
            }
            each.put(rollout.id(), refused);
            if (refused.refusal().passes()) {
                // The device waits for this rollout: a lower-ranking build in the meantime would be
                // one update too many.
                break;
            }
        }
        return new Decision.None(headline(each.values()), Collections.unmodifiableMap(each));
    }

    // decisions D11: rollouts that name the device, then the higher version, then the older
    // rollout.
    private List<Rollout> inOrder() {
        var sorted = new ArrayList<>(rollouts);
        sorted.sort(
                Comparator.comparing((Rollout r) -> !r.names(device))
                        .thenComparing(r -> r.target().version(), Comparator.reverseOrder())
                        .thenComparing(Rollout::createdAt)
                        .thenComparing(Rollout::id));
        return sorted;
    }

    // What matters to a person who asks about this device: not other accounts' rollouts.
    private static DetailedRefusal headline(Collection<DetailedRefusal> refusals) {
        DetailedRefusal first = null;
        for (DetailedRefusal refused : refusals) {
            if (!refused.refusal().distant()) {
                return refused;
            }
            first = first == null ? refused : first;
        }
        return first == null ? DetailedRefusal.of(Refusal.NO_ROLLOUT) : first;
    }

    // update-rules U14. Firmware that reboots when a download fails may have come back from exactly
    // that: with the same answer it would keep rebooting for a minute.
    private Decision.@Nullable Repeat repeat() {
        for (Attempt attempt : attempts) {
            Attempt.LastOffer offer = attempt.offer();
            boolean again =
                    attempt.conclusion().state() == AttemptState.OFFERED
                            && now - offer.at() < Inference.DUPLICATE_WITHIN.toMillis()
                            && device.running().sameBuild(offer.terms().from())
                            && !Retries.rebootsOnFailure(offer.terms().from());
            if (again && !capacity.stopped() && suitability.device() == null && goesOn(attempt)) {
                return new Decision.Repeat(
                        attempt.subject().rolloutId(),
                        attempt.subject().build(),
                        offer.id(),
                        offer.terms().force());
            }
        }
        return null;
    }

    // After a halt, even open offers are not repeated.
    private boolean goesOn(Attempt attempt) {
        return rollouts.stream()
                .filter(r -> r.id().equals(attempt.subject().rolloutId()))
                .anyMatch(r ->
                        r.course().status() == Rollout.Status.RUNNING
                                && !r.course().halts().cover(attempt.subject().stratum())
                                && !quarantines
                                        .everywhere()
                                        .contains(attempt.subject().build().id()));
    }

    private @Nullable DetailedRefusal refused(Rollout rollout) {
        DetailedRefusal refused = suitability.selection(rollout);
        if (refused == null) {
            refused = suits(rollout);
        }
        if (refused == null) {
            refused = standing(rollout);
        }
        return refused == null ? passing(rollout) : refused;
    }

    // Whether the device can have the build at all, regardless of the rollout's state.
    private @Nullable DetailedRefusal suits(Rollout rollout) {
        DetailedRefusal refused = suitability.build(rollout);
        if (refused == null) {
            refused = psram(rollout.target());
        }
        return refused == null ? history(rollout.target().build()) : refused;
    }

    // A device that never reports its size passes: stock firmware never does.
    private @Nullable DetailedRefusal psram(Target target) {
        return policy.readiness().psram()
                        && target.needsPsram()
                        && device.hardware().psramSize() == 0
                ? DetailedRefusal.of(Refusal.NO_PSRAM)
                : null;
    }

    private @Nullable DetailedRefusal history(BuildRef build) {
        String id = build.id();
        for (Rollout other : rollouts) {
            // Otherwise the two would send the device back and forth.
            if (other.turnsBack(id)
                    && other.begun(now)
                    && other.reach().includes(device.owner().account())) {
                return new DetailedRefusal(Refusal.TURNED_BACK, other.id());
            }
        }
        if (quarantines.everywhere().contains(id)) {
            return DetailedRefusal.of(Refusal.BUILD_QUARANTINED);
        }
        if (quarantines.here().contains(id)) {
            return DetailedRefusal.of(Refusal.QUARANTINED);
        }
        for (Attempt attempt : attempts) {
            if (attempt.subject().build().id().equals(id)) {
                if (attempt.past().quarantined()) {
                    return DetailedRefusal.of(Refusal.QUARANTINED);
                }
                if (Retries.exhausted(attempt.past(), device.running(), policy)) {
                    return DetailedRefusal.of(Refusal.USED_UP);
                }
            }
        }
        return null;
    }

    // The device's standing with the rollout.
    private @Nullable DetailedRefusal standing(Rollout rollout) {
        Refusal refusal =
                switch (rollout.course().status()) {
                    case AWAITING_APPROVAL -> Refusal.NOT_APPROVED;
                    case PAUSED -> Refusal.PAUSED;
                    case HALTED -> Refusal.HALTED;
                    case CANCELLED, DONE -> Refusal.ENDED;
                    case RUNNING -> null;
                };
        if (refusal != null) {
            return DetailedRefusal.of(refusal);
        }
        if (now < rollout.schedule().startsAt()) {
            return until(Refusal.NOT_BEGUN, rollout.schedule().startsAt());
        }
        if (rollout.course().halts().halted(suitability.stratum(rollout.target()))
                || countsAsHalted(rollout)) {
            return DetailedRefusal.of(Refusal.GROUP_HALTED);
        }
        if (rollout.course().halts().cover(suitability.stratum(rollout.target()))) {
            return DetailedRefusal.of(Refusal.GROUP_PAUSED);
        }
        boolean canary = device.named().canaryOf().contains(rollout.id());
        double share = rollout.course().running().share();
        return canary || Membership.within(rollout.reach().salt(), device.id(), share)
                ? null
                : DetailedRefusal.of(Refusal.NOT_IN_SHARE);
    }

    // Whatever it runs now, a device counts in the stratum of its first offer: once that has
    // halted, nobody would judge another attempt.
    private boolean countsAsHalted(Rollout rollout) {
        return attempts.stream()
                .filter(attempt -> attempt.subject().rolloutId().equals(rollout.id()))
                .anyMatch(attempt -> rollout.course().halts().cover(attempt.subject().stratum()));
    }

    private @Nullable DetailedRefusal passing(Rollout rollout) {
        if (capacity.stopped()) {
            return DetailedRefusal.of(Refusal.GRANTING_STOPPED);
        }
        long settled = device.runningSince() + SETTLES_WITHIN.toMillis();
        // A time from a clock that was ahead means nothing.
        if (now < settled && device.runningSince() <= now) {
            return until(Refusal.JUST_CHANGED, settled);
        }
        for (Attempt attempt : attempts) {
            if (attempt.conclusion().state().inFlight()) {
                return new DetailedRefusal(Refusal.OPEN_OFFER, attempt.subject().rolloutId());
            }
        }
        for (Attempt attempt : attempts) {
            boolean same = attempt.subject().build().id().equals(rollout.target().build().id());
            if (same && now < Retries.notBefore(attempt)) {
                return until(Refusal.BACKING_OFF, Retries.notBefore(attempt));
            }
        }
        int rssi = device.readings().rssi();
        int minRssi = policy.readiness().minRssi();
        if (rssi < 0 && minRssi < 0 && rssi < minRssi) {
            String figures = rssi + " < " + minRssi + " dBm";
            return new DetailedRefusal(Refusal.WEAK_SIGNAL, figures);
        }
        DetailedRefusal low = battery();
        if (low != null) {
            return low;
        }
        Window window = rollout.schedule().window();
        if (window != null && !window.open(now)) {
            return until(Refusal.OUTSIDE_WINDOW, window.opensAt(now));
        }
        Refusal full = full(rollout.schedule().limits(), rollout.course().load());
        full = full == null ? full(capacity.limits(), capacity.load()) : full;
        return full == null ? null : DetailedRefusal.of(full);
    }

    private @Nullable DetailedRefusal battery() {
        Battery battery = device.readings().battery();
        int least = policy.readiness().minBattery();
        if (battery == null || battery.charging() || battery.level() >= least) {
            return null;
        }
        long age = now - battery.at();
        // A time from a clock that was ahead means nothing.
        if (age < 0 || age > BATTERY_TOLD_WITHIN.toMillis()) {
            return null;
        }
        String figures = battery.level() + " < " + least + " %";
        return new DetailedRefusal(Refusal.LOW_BATTERY, figures);
    }

    private static @Nullable Refusal full(Limits limits, Limits.Load load) {
        if (limits.inFlightFull(load)) {
            return Refusal.IN_FLIGHT_FULL;
        }
        if (limits.minuteFull(load)) {
            return Refusal.MINUTE_FULL;
        }
        return limits.bandwidthFull(load) ? Refusal.BANDWIDTH_FULL : null;
    }

    private static DetailedRefusal until(Refusal refusal, long when) {
        return new DetailedRefusal(refusal, Instant.ofEpochMilli(when).toString());
    }

    private Decision.NewOffer offer(Rollout rollout) {
        return new Decision.NewOffer(
                rollout.id(),
                rollout.target().build(),
                suitability.needsForce(rollout.target()),
                rollout.course().stage(),
                suitability.stratum(rollout.target()),
                rollout.visible(),
                why(rollout));
    }

    private Sentence why(Rollout rollout) {
        if (device.named().canaryOf().contains(rollout.id())) {
            return new Sentence("指定的金丝雀设备", "Named as a canary");
        }
        if (device.named().listedBy().contains(rollout.id())) {
            return new Sentence("在设备名单中", "In the list of devices");
        }
        int stage = rollout.course().stage() + 1;
        double share = rollout.course().running().share() * 100;
        ShareSentence sentence = lastSentence;
        if (sentence == null || sentence.stage() != stage || sentence.share() != share) {
            sentence =
                    new ShareSentence(
                            stage,
                            share,
                            new Sentence(
                                    "在第 %d 阶段的 %.4g %% 之内".formatted(stage, share),
                                    "Within the %.4g %% of stage %d".formatted(share, stage)));
            lastSentence = sentence;
        }
        return sentence.sentence();
    }

    private record ShareSentence(int stage, double share, Sentence sentence) {}

    // Cached: thousands of devices a second get this sentence, and formatting it is expensive.
    private static volatile @Nullable ShareSentence lastSentence;
}
