package io.slipway.rollout;

import io.slipway.device.Profile;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Counts the devices that belong to the running stages: a gate has to know whom there is to wait
 * for. One walk through the registry for all rollouts. Thread-safe; calls block, with a million
 * devices for a minute perhaps.
 */
final class Members {

    /** Who was not switched on for so long leaves the plan (update-rules 2.3). */
    static final Duration UNSEEN = Duration.ofDays(30);

    private record Counted(Rollout rollout, Catalog.Planned planned) {}

    private final Fleet fleet;
    private final InstantSource clock;

    Members(Database database, InstantSource clock) {
        this.fleet = new Fleet(database);
        this.clock = clock;
    }

    /**
     * Counts by rollout and group. A group whose devices could have the build and don't belong to
     * the stage has 0; one that is not there has no such devices.
     *
     * @return of those that are running
     */
    Map<String, Map<Stratum, Long>> count(Deciding deciding) {
        var running = new ArrayList<Counted>();
        var counts = new LinkedHashMap<String, Map<Stratum, Long>>();
        for (int i = 0; i < deciding.rollouts().size(); i++) {
            Rollout rollout = deciding.rollouts().get(i);
            if (rollout.status() == Rollout.Status.RUNNING) {
                running.add(new Counted(rollout, deciding.planned().get(i)));
                counts.put(rollout.id(), new HashMap<>());
            }
        }
        long seenAfter = clock.millis() - UNSEEN.toMillis();
        List<Counted> everywhere = new ArrayList<>();
        var byAccount = new LinkedHashMap<String, List<Counted>>();
        for (Counted each : running) {
            String account = each.rollout().account();
            if (each.rollout().selection().listedOnly()) {
                fleet.named(
                        Plane.BACKGROUND,
                        Previews.named(each.planned()),
                        AttemptStore::ofDevices,
                        page -> add(page, List.of(each), deciding, seenAfter, counts));
            } else if (account == null) {
                everywhere.add(each);
            } else {
                byAccount.computeIfAbsent(account, id -> new ArrayList<>()).add(each);
            }
        }
        if (!everywhere.isEmpty()) {
            byAccount.values().forEach(everywhere::addAll);
            fleet.all(
                    Plane.BACKGROUND,
                    AttemptStore::ofDevices,
                    page -> add(page, everywhere, deciding, seenAfter, counts));
        } else {
            byAccount.forEach((account, own) ->
                    fleet.of(
                            Plane.BACKGROUND,
                            account,
                            AttemptStore::ofDevices,
                            page -> add(page, own, deciding, seenAfter, counts)));
        }
        return counts;
    }

    private boolean add(
            Fleet.Page page,
            List<Counted> running,
            Deciding deciding,
            long seenAfter,
            Map<String, Map<Stratum, Long>> counts) {
        for (Profile device : page.devices()) {
            if (device.seenAt() < seenAfter) {
                continue;
            }
            List<Attempt> attempts = page.attempts(device);
            DeviceFacts facts = facts(device, running);
            var fit = new Fit(facts);
            for (Counted each : running) {
                Rollout rollout = each.rollout();
                Map<Stratum, Long> count = counts.getOrDefault(rollout.id(), Map.of());
                Attempt own = own(attempts, rollout.id());
                if (own != null) {
                    if (own.stage() == rollout.stage()) {
                        count.merge(own.stratum(), 1L, Long::sum);
                    }
                } else if (fit.selection(rollout) == null
                        && Planner.exclusion(facts, attempts, deciding.quarantines(), rollout, deciding.policy())
                                .isEmpty()) {
                    boolean belongs =
                            facts.canaryOf().contains(rollout.id())
                                    || Membership.within(
                                            rollout.salt(),
                                            facts.id(),
                                            rollout.running().share());
                    count.merge(fit.stratum(rollout.target()), belongs ? 1L : 0L, Long::sum);
                }
            }
        }
        return true;
    }

    private static @Nullable Attempt own(
            List<Attempt> attempts, String rolloutId) {
        for (Attempt attempt : attempts) {
            if (attempt.rolloutId().equals(rolloutId)) {
                return attempt;
            }
        }
        return null;
    }

    private static DeviceFacts facts(Profile device, List<Counted> running) {
        Set<String> listed = Set.of();
        Set<String> canary = Set.of();
        for (Counted each : running) {
            if (each.planned().lists(device.mac())) {
                listed = with(listed, each.rollout().id());
            }
            if (each.planned().canary(device.mac())) {
                canary = with(canary, each.rollout().id());
            }
        }
        return FactsOf.of(device, listed, canary);
    }

    private static Set<String> with(Set<String> ids, String id) {
        var more = new HashSet<>(ids);
        more.add(id);
        return more;
    }
}
