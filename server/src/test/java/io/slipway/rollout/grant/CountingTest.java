package io.slipway.rollout.grant;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.rollout.rules.Given;
import io.slipway.rollout.rules.attempt.Policy;
import io.slipway.rollout.rules.attempt.Stratum;
import io.slipway.rollout.rules.attempt.Vote;
import io.slipway.rollout.rules.gate.Gate;
import io.slipway.rollout.rules.gate.Halts;
import io.slipway.rollout.rules.plan.DeviceFacts;
import io.slipway.rollout.rules.plan.Limits;
import io.slipway.rollout.rules.plan.Membership;
import io.slipway.rollout.rules.plan.Pick;
import io.slipway.rollout.rules.plan.Preview;
import io.slipway.rollout.rules.plan.Quarantines;
import io.slipway.rollout.rules.plan.Rollout;
import io.slipway.rollout.rules.plan.RolloutActs;
import io.slipway.rollout.rules.plan.RolloutMaking;
import io.slipway.rollout.rules.plan.RolloutPlan;
import io.slipway.rollout.rules.plan.Selection;
import io.slipway.rollout.store.RolloutRow;
import io.slipway.rollout.store.RolloutStore;
import io.slipway.rollout.store.RolloutStore.NamedDevice;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import io.slipway.sql.TestEngine;
import io.slipway.sql.Tx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Counting by pages of the registry equals a loop over all devices. */
@ParameterizedClass
@EnumSource(TestEngine.class)
class CountingTest {

    private static final int DEVICES = 5_500;
    private static final Policy POLICY = Policy.DEFAULTS;
    private static final Gate GATE = new Gate(10, 0.05, 0.20, Duration.ofHours(1));

    @Parameter TestEngine engine;
    @TempDir Path folder;
    private Database database;
    private CountedFleet fleet;
    private final Random random = new Random(44);

    @BeforeEach
    void open() {
        database = engine.open(folder);
        fleet = new CountedFleet(database, random);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void previewsCountWhatIsThere() {
        Rollout earlier = rollout("earlier", null, Selection.ALL, 0);
        mark(earlier);
        fleet.add(DEVICES, List.of(earlier));
        var previews =
                new PreviewCalculator(
                        database,
                        () -> Instant.ofEpochMilli(CountedFleet.NOW),
                        POLICY,
                        CountingTest::vouched);
        for (String account : new String[] {null, "maker", "nobody"}) {
            for (Selection selection : selections()) {
                PlanCache.ResolvedPlan resolved = resolve(selection);
                for (Quarantines quarantines : List.of(Quarantines.NONE, bad(resolved))) {
                    var count =
                            new Preview.PreviewCounter(
                                    rollout("preview", account, selection, 0), POLICY);
                    for (CountedFleet.FleetDevice device : fleet.made) {
                        count.add(
                                CountedFleet.named(device, "preview", resolved),
                                device.attempts(),
                                quarantines,
                                CountedFleet.NOW - device.seenAt() <= Given.DAY);
                    }
                    assertThat(
                                    previews.preview(
                                                    resolved,
                                                    account,
                                                    true,
                                                    quarantines,
                                                    Long.MAX_VALUE)
                                            .preview())
                            .as("%s %s", account, selection)
                            .isEqualTo(count.result());
                }
            }
        }
    }

    @Test
    void membersAreCountedForAllRolloutsAtOnce() {
        var running = new ArrayList<MemberCounter.RunningRollout>();
        int i = 0;
        for (String account : new String[] {null, "maker", "shop"}) {
            for (Selection selection : selections()) {
                Rollout rollout = rollout("r" + i++, account, selection, i % 2);
                running.add(new MemberCounter.RunningRollout(rollout, resolve(selection)));
                mark(rollout);
            }
        }
        // The last one has made no offer yet, and names no device.
        var begun = running.subList(0, running.size() - 1);
        fleet.add(DEVICES, begun.stream().map(MemberCounter.RunningRollout::rollout).toList());
        // Lists name existing devices.
        running.replaceAll(each ->
                new MemberCounter.RunningRollout(
                        each.rollout(), resolve(each.rollout().reach().selection())));
        MemberCounter.RunningRollout last = running.removeLast();
        var nobody =
                new PlanCache.ResolvedPlan(
                        plan(Selection.ALL),
                        last.rollout().target(),
                        null,
                        NamedMacs.NONE,
                        NamedMacs.NONE);
        running.add(new MemberCounter.RunningRollout(last.rollout(), nobody));
        var members = new MemberCounter(database, POLICY, CountingTest::vouched);
        var counted = members.count(running, Quarantines.NONE, CountedFleet.NOW);
        for (MemberCounter.RunningRollout each : running) {
            assertThat(counted.get(each.rollout().id()))
                    .as("%s", each.rollout())
                    .isEqualTo(oracle(each));
        }
        assertThat(counted.values().stream().flatMap(m -> m.members().values().stream()))
                .as("many devices are counted")
                .anyMatch(n -> n > 50);
        // A different walk is used if all rollouts belong to one account.
        var own =
                running.stream().filter(each -> each.rollout().reach().account() != null).toList();
        Map<String, MemberCounter.MemberCounts> expected = new HashMap<>(counted);
        expected.keySet().retainAll(own.stream().map(each -> each.rollout().id()).toList());
        assertThat(members.count(own, Quarantines.NONE, CountedFleet.NOW)).isEqualTo(expected);
    }

    private static Set<String> vouched(Tx tx, Collection<String> accounts) {
        var vouched = new HashSet<>(accounts);
        vouched.retainAll(CountedFleet.VOUCHED);
        return vouched;
    }

    private MemberCounter.MemberCounts oracle(MemberCounter.RunningRollout counted) {
        Rollout rollout = counted.rollout();
        var members = new HashMap<Stratum, Long>();
        var leftOut = new HashMap<Stratum, Long>();
        for (CountedFleet.FleetDevice device : fleet.made) {
            if (CountedFleet.NOW - device.seenAt() > Duration.ofDays(30).toMillis()) {
                continue;
            }
            // Any other device with an attempt was another account's, or is not on the list.
            boolean foreign = !rollout.reach().includes(device.facts().owner().account());
            boolean listed =
                    counted.resolved().listed().has(device.facts().owner().account(), device.mac())
                            || counted.resolved()
                                    .canaries()
                                    .has(device.facts().owner().account(), device.mac());
            if (foreign || (rollout.reach().selection().listedOnly() && !listed)) {
                continue;
            }
            var tried =
                    device.attempts().stream()
                            .filter(a -> a.subject().rolloutId().equals(rollout.id()))
                            .findFirst();
            if (tried.isPresent()) {
                if (tried.get().subject().stage() == rollout.course().stage()) {
                    add(tried.get().subject().stratum(), device.vote(rollout), 1, members, leftOut);
                }
                continue;
            }
            DeviceFacts facts = CountedFleet.named(device, rollout.id(), counted.resolved());
            var only = new Preview.PreviewCounter(rollout, POLICY);
            only.add(facts, device.attempts(), Quarantines.NONE);
            boolean belongs =
                    !facts.named().canaryOf().isEmpty()
                            || Membership.within(
                                    rollout.reach().salt(),
                                    facts.id(),
                                    rollout.course().running().share());
            for (Stratum stratum : only.result().strata().keySet()) {
                add(stratum, device.vote(rollout), belongs ? 1 : 0, members, leftOut);
            }
        }
        return new MemberCounter.MemberCounts(members, leftOut);
    }

    private static void add(
            Stratum stratum,
            Vote vote,
            long devices,
            Map<Stratum, Long> members,
            Map<Stratum, Long> leftOut) {
        boolean counts = vote != Vote.NONE;
        members.merge(stratum, counts ? devices : 0, Long::sum);
        if (!counts && devices > 0) {
            leftOut.merge(stratum, devices, Long::sum);
        }
    }

    private static Quarantines bad(PlanCache.ResolvedPlan resolved) {
        return new Quarantines(Set.of(resolved.target().build().id()), Set.of());
    }

    private static List<Selection> selections() {
        return List.of(
                Selection.ALL,
                Pick.listed(),
                Pick.tags("beta"),
                Pick.boards(Given.BOARD),
                Pick.versions("1.6", "2.0.4"));
    }

    private PlanCache.ResolvedPlan resolve(Selection selection) {
        List<NamedDevice> listed = fleet.made.isEmpty() ? List.of() : fleet.named(2_500);
        List<NamedDevice> canaries = listed.subList(0, listed.size() / 10);
        return new PlanCache.ResolvedPlan(
                plan(selection),
                Given.target("2.1.0"),
                null,
                NamedMacs.of(canaries),
                NamedMacs.of(listed));
    }

    private static RolloutPlan plan(Selection selection) {
        return new RolloutPlan("n", "b", "", false, selection, stages(), Given.AT_ONCE, false);
    }

    private static List<Rollout.Stage> stages() {
        return List.of(new Rollout.Stage(0.001, GATE), new Rollout.Stage(0.5, GATE));
    }

    private static Rollout rollout(
            String id, @Nullable String account, Selection selection, int stage) {
        return new Rollout(
                id,
                CountedFleet.MADE,
                new Rollout.Reach(account, selection, "salt " + id),
                Given.target("2.1.0"),
                null,
                new Rollout.Course(
                        stages(), stage, Rollout.Status.RUNNING, Limits.Load.NONE, Halts.NONE),
                Given.AT_ONCE,
                true);
    }

    /** A finished rollout: its build has attempts. */
    private void mark(Rollout rollout) {
        database.run(
                Plane.CONSOLE,
                tx ->
                        RolloutStore.insert(
                                tx,
                                new RolloutRow(
                                        rollout.id(),
                                        new RolloutMaking("maker", "", 0, false),
                                        new RolloutRow.Purpose(
                                                true, rollout.target().build().id(), "", ""),
                                        new RolloutRow.StoredPlan("{}", 1),
                                        new RolloutRow.Progress("DONE", 0, false, "{}"),
                                        new RolloutRow.LoadCounts(0, 0, ""),
                                        new RolloutActs("", "", 0, 0)),
                                "n"));
    }
}
