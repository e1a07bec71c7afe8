package io.slipway.rollout.grant;

import io.slipway.device.profile.Profile;
import io.slipway.rollout.rules.attempt.Attempt;
import io.slipway.rollout.rules.attempt.Policy;
import io.slipway.rollout.rules.attempt.Stratum;
import io.slipway.rollout.rules.attempt.Vote;
import io.slipway.rollout.rules.plan.DeviceFacts;
import io.slipway.rollout.rules.plan.Membership;
import io.slipway.rollout.rules.plan.Planner;
import io.slipway.rollout.rules.plan.Quarantines;
import io.slipway.rollout.rules.plan.Rollout;
import io.slipway.rollout.rules.plan.Suitability;
import io.slipway.rollout.store.AttemptStore;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Counts the devices that belong to the running stages: a gate must know which devices to wait for.
 * One walk through the registry for all rollouts. Thread-safe; calls block, perhaps a minute with a
 * million devices.
 */
final class MemberCounter {

    /** A device that was not switched on for this long leaves the plan (update-rules 2.3). */
    static final Duration UNSEEN = Duration.ofDays(30);

    /** A running rollout and the devices it names. */
    record RunningRollout(Rollout rollout, PlanCache.ResolvedPlan resolved) {}

    /**
     * Devices of a running stage by stratum.
     *
     * @param leftOut devices that don't count (decisions D11)
     */
    record MemberCounts(Map<Stratum, Long> members, Map<Stratum, Long> leftOut) {

        private void add(Stratum stratum, Vote vote, long devices) {
            // A stratum that consists only of such devices is a stratum, too.
            members.merge(stratum, vote == Vote.NONE ? 0 : devices, Long::sum);
            if (vote == Vote.NONE && devices > 0) {
                leftOut.merge(stratum, devices, Long::sum);
            }
        }
    }

    private final Database database;
    private final FleetScanner scanner;
    private final Policy policy;
    private final VouchedAccounts accounts;

    MemberCounter(Database database, Policy policy, VouchedAccounts accounts) {
        this.database = database;
        this.scanner = new FleetScanner(database);
        this.policy = policy;
        this.accounts = accounts;
    }

    // Which accounts count in full matters only if several accounts have devices.
    private Set<String> vouched(FleetScanner.DevicePage page, List<RunningRollout> running) {
        if (page.devices().isEmpty()
                || running.stream().allMatch(each -> each.rollout().reach().account() != null)) {
            return Set.of();
        }
        return accounts.owners(database, Plane.BACKGROUND, page);
    }

    /**
     * Counts by rollout and stratum. A stratum whose devices could have the build but don't belong
     * to the stage has 0; a missing one has no such devices.
     *
     * @param quarantines builds that no device is offered
     * @param now epoch ms
     */
    Map<String, MemberCounts> count(
            List<RunningRollout> running, Quarantines quarantines, long now) {
        var counts = new LinkedHashMap<String, MemberCounts>();
        running.forEach(each ->
                counts.put(
                        each.rollout().id(), new MemberCounts(new HashMap<>(), new HashMap<>())));
        List<RunningRollout> everywhere = new ArrayList<>();
        var byAccount = new LinkedHashMap<String, List<RunningRollout>>();
        for (RunningRollout each : running) {
            String account = each.rollout().reach().account();
            if (each.rollout().reach().selection().listedOnly()) {
                scanner.named(
                        Plane.BACKGROUND,
                        each.resolved(),
                        AttemptStore::ofDevices,
                        page -> add(page, List.of(each), quarantines, now, counts));
            } else if (account == null) {
                everywhere.add(each);
            } else {
                byAccount.computeIfAbsent(account, id -> new ArrayList<>()).add(each);
            }
        }
        if (!everywhere.isEmpty()) {
            byAccount.values().forEach(everywhere::addAll);
            scanner.all(
                    Plane.BACKGROUND,
                    AttemptStore::ofDevices,
                    page -> add(page, everywhere, quarantines, now, counts));
        } else {
            byAccount.forEach((account, own) ->
                    scanner.of(
                            Plane.BACKGROUND,
                            account,
                            AttemptStore::ofDevices,
                            page -> add(page, own, quarantines, now, counts)));
        }
        return counts;
    }

    private boolean add(
            FleetScanner.DevicePage page,
            List<RunningRollout> running,
            Quarantines quarantines,
            long now,
            Map<String, MemberCounts> counts) {
        Set<String> vouched = vouched(page, running);
        for (Profile device : page.devices()) {
            if (now - device.last().seenAt() > UNSEEN.toMillis()) {
                continue;
            }
            List<Attempt> attempts = page.attempts(device);
            DeviceFacts facts = facts(device, running);
            var suitability = new Suitability(facts);
            for (RunningRollout each : running) {
                Rollout rollout = each.rollout();
                if (!rollout.reach().includes(device.owner().accountId())) {
                    continue;
                }
                MemberCounts count = java.util.Objects.requireNonNull(counts.get(rollout.id()));
                Attempt own = own(attempts, rollout.id());
                if (own != null) {
                    if (own.subject().stage() == rollout.course().stage()) {
                        Vote vote = page.vote(device, rollout.id());
                        count.add(own.subject().stratum(), vote, 1);
                    }
                } else if (suitability.selection(rollout) == null
                        && Planner.exclusion(facts, attempts, quarantines, rollout, policy)
                                .isEmpty()) {
                    boolean belongs =
                            facts.named().canaryOf().contains(rollout.id())
                                    || Membership.within(
                                            rollout.reach().salt(),
                                            facts.id(),
                                            rollout.course().running().share());
                    Vote vote =
                            Vote.of(
                                    rollout.reach().account() == null,
                                    vouched.contains(device.owner().accountId()),
                                    device.owner().proven(),
                                    device.owner().boundAt(),
                                    rollout.createdAt());
                    count.add(suitability.stratum(rollout.target()), vote, belongs ? 1 : 0);
                }
            }
        }
        return true;
    }

    private static @org.jspecify.annotations.Nullable Attempt own(
            List<Attempt> attempts, String rolloutId) {
        for (Attempt attempt : attempts) {
            if (attempt.subject().rolloutId().equals(rolloutId)) {
                return attempt;
            }
        }
        return null;
    }

    private static DeviceFacts facts(Profile device, List<RunningRollout> running) {
        Set<String> listed = Set.of();
        Set<String> canary = Set.of();
        for (RunningRollout each : running) {
            if (each.resolved().listed().has(device)) {
                listed = with(listed, each.rollout().id());
            }
            if (each.resolved().canaries().has(device)) {
                canary = with(canary, each.rollout().id());
            }
        }
        return DeviceFactsMapper.of(device, new DeviceFacts.NamedBy(listed, canary));
    }

    private static Set<String> with(Set<String> ids, String id) {
        var more = new HashSet<>(ids);
        more.add(id);
        return more;
    }
}
