package io.slipway.rollout.grant;

import io.slipway.cluster.Bus;
import io.slipway.cluster.Topic;
import io.slipway.protocol.FirmwareVersion;
import io.slipway.protocol.ota.CheckIn;
import io.slipway.rollout.rules.attempt.Policy;
import io.slipway.rollout.rules.plan.Membership;
import io.slipway.rollout.rules.plan.OfferCapacity;
import io.slipway.rollout.rules.plan.Quarantines;
import io.slipway.rollout.rules.plan.Rollout;
import io.slipway.rollout.rules.plan.Target;
import io.slipway.rollout.store.HotRolloutStore;
import io.slipway.rollout.store.RolloutRow;
import io.slipway.rollout.store.RolloutStore;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * This node's copy of the rollouts, which spares most check-ins a database read. It may be seconds
 * old: it only decides whether the database must be consulted. Thread-safe.
 */
final class RolloutCache {

    static final Topic<Topic.Signal> TOPIC = Topic.signal("rollout");

    private final Database database;
    private final PlanCache plans;
    private final InstantSource clock;
    private volatile Snapshot snapshot =
            new Snapshot(1, false, List.of(), List.of(), Set.of(), Set.of(), false);

    /**
     * @param version changes with everything that can change a lasting refusal; never 0
     * @param used whether there ever was a rollout
     */
    private record Snapshot(
            int version,
            boolean used,
            List<Rollout> rollouts,
            List<PlanCache.ResolvedPlan> resolved,
            Set<String> quarantined,
            Set<String> begun,
            boolean uncounted) {

        // Ignores what changes with each offer.
        boolean sameAs(Snapshot other) {
            if (rollouts.size() != other.rollouts.size()
                    || used != other.used
                    || !begun.equals(other.begun)
                    || !quarantined.equals(other.quarantined)) {
                return false;
            }
            for (int i = 0; i < rollouts.size(); i++) {
                Rollout a = rollouts.get(i);
                Rollout b = other.rollouts.get(i);
                boolean same =
                        a.id().equals(b.id())
                                // Of firmware.behind-proxy, which can change at any time.
                                && a.visible() == b.visible()
                                && a.course().status() == b.course().status()
                                && a.course().stage() == b.course().stage()
                                && a.course().halts().equals(b.course().halts())
                                && Objects.equals(resolved.get(i), other.resolved.get(i));
                if (!same) {
                    return false;
                }
            }
            return true;
        }
    }

    RolloutCache(Database database, PlanCache plans, Bus bus, InstantSource clock) {
        this.database = database;
        this.plans = plans;
        this.clock = clock;
        bus.onOthers(TOPIC, message -> Thread.startVirtualThread(this::refresh));
        bus.onGap(() -> Thread.startVirtualThread(this::refresh));
    }

    /** Reads it from the database. */
    synchronized void refresh() {
        long now = clock.millis();
        Snapshot fresh =
                database.read(
                        Plane.BACKGROUND,
                        tx -> {
                            var rollouts = new ArrayList<Rollout>();
                            var resolved = new ArrayList<PlanCache.ResolvedPlan>();
                            var begun = new HashSet<String>();
                            boolean uncounted = false;
                            for (RolloutRow row : HotRolloutStore.active(tx)) {
                                LoadedRollout loaded = plans.load(tx, row);
                                // Remaining capacity is known only where offers are granted.
                                rollouts.add(loaded.at(now).unloaded());
                                resolved.add(loaded.resolved());
                                // A window that opens is a change without any user's action.
                                if (now >= loaded.plan().schedule().startsAt()) {
                                    begun.add(loaded.id());
                                }
                                uncounted |=
                                        loaded.status() == Rollout.Status.RUNNING
                                                && loaded.gateState().countedAt() == 0;
                            }
                            return new Snapshot(
                                    snapshot.version,
                                    !rollouts.isEmpty() || RolloutStore.any(tx),
                                    List.copyOf(rollouts),
                                    List.copyOf(resolved),
                                    plans.quarantined(tx),
                                    Set.copyOf(begun),
                                    uncounted);
                        });
        if (snapshot.sameAs(fresh)) {
            snapshot = fresh;
        } else {
            int next = snapshot.version == Integer.MAX_VALUE ? 1 : snapshot.version + 1;
            snapshot =
                    new Snapshot(
                            next,
                            fresh.used,
                            fresh.rollouts,
                            fresh.resolved,
                            fresh.quarantined,
                            fresh.begun,
                            fresh.uncounted);
        }
    }

    /** Whether there never was a rollout: then there is nothing to check. */
    boolean blank() {
        return !snapshot.used;
    }

    boolean running() {
        return snapshot.rollouts.stream()
                .anyMatch(r -> r.course().status() == Rollout.Status.RUNNING);
    }

    /** Whether the members of a running stage have not been counted yet. */
    boolean uncounted() {
        return snapshot.uncounted;
    }

    int version() {
        return snapshot.version;
    }

    DecisionInputs decisionInputs(OfferCapacity capacity, Policy policy) {
        Snapshot current = snapshot;
        return new DecisionInputs(
                current.rollouts,
                current.resolved,
                new Quarantines(current.quarantined, Set.of()),
                capacity,
                policy);
    }

    /**
     * Whether any rollout might reach a device, judged by its check-in alone. Limited to a few
     * look-ups per rollout, because it runs at every check-in of every device.
     */
    boolean mayReach(CheckIn checkIn, long deviceId) {
        Snapshot current = snapshot;
        FirmwareVersion version = null;
        boolean parsed = false;
        for (int i = 0; i < current.rollouts.size(); i++) {
            Rollout rollout = current.rollouts.get(i);
            if (rollout.course().status() != Rollout.Status.RUNNING) {
                continue;
            }
            Target target = rollout.target();
            if (target.board(checkIn.board().nameOrType()).isEmpty()
                    || !target.chips().model().equalsIgnoreCase(checkIn.hardware().chip())
                    || checkIn.application().elfSha256().equalsIgnoreCase(target.build().elf())) {
                continue;
            }
            if (!parsed) {
                version = FirmwareVersion.parse(checkIn.application().version()).orElse(null);
                parsed = true;
            }
            if (version == null
                    || (rollout.bad() == null && !target.version().isNewerThan(version))) {
                continue;
            }
            PlanCache.ResolvedPlan resolved = current.resolved.get(i);
            boolean byName = !resolved.canaries().isEmpty() || !resolved.listed().isEmpty();
            if (byName
                    || Membership.within(
                            rollout.reach().salt(),
                            Long.toString(deviceId),
                            rollout.course().running().share())) {
                return true;
            }
        }
        return false;
    }
}
