package io.slipway.rollout.rules.plan;

import static io.slipway.rollout.rules.Given.ACCOUNT;
import static io.slipway.rollout.rules.Given.BOARD;
import static io.slipway.rollout.rules.Given.CHIP;
import static io.slipway.rollout.rules.Given.DAY;
import static io.slipway.rollout.rules.Given.HOUR;
import static io.slipway.rollout.rules.Given.MINUTE;
import static io.slipway.rollout.rules.Given.SECOND;
import static io.slipway.rollout.rules.Given.T0;
import static io.slipway.rollout.rules.Given.V1_16M;
import static io.slipway.rollout.rules.Given.V2_16M;
import static io.slipway.rollout.rules.Given.V2_4M;
import static io.slipway.rollout.rules.Given.device;
import static io.slipway.rollout.rules.Given.rollout;
import static io.slipway.rollout.rules.Given.running;
import static io.slipway.rollout.rules.Given.target;
import static io.slipway.rollout.rules.Given.version;
import static io.slipway.rollout.rules.plan.Planning.DEVICE;
import static io.slipway.rollout.rules.plan.Planning.NEWER;
import static io.slipway.rollout.rules.plan.Planning.decide;
import static io.slipway.rollout.rules.plan.Planning.offered;
import static io.slipway.rollout.rules.plan.Planning.refusal;
import static io.slipway.rollout.rules.plan.Planning.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.firmware.Scheme;
import io.slipway.protocol.ota.Partition;
import io.slipway.protocol.socket.Battery;
import io.slipway.rollout.rules.Given;
import io.slipway.rollout.rules.attempt.Attempt;
import io.slipway.rollout.rules.attempt.Policy;
import io.slipway.rollout.rules.attempt.RunningBuild;
import io.slipway.rollout.rules.attempt.Story;
import io.slipway.rollout.rules.attempt.Stratum;
import io.slipway.rollout.rules.gate.Halts;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which device is offered what, and each reason for not offering. */
class PlannerTest {

    // ------------------------------------------------------------ the offer

    @Test
    void offersTheNewerBuild() {
        var offer = (Decision.NewOffer) decide(DEVICE, NEWER);
        assertThat(offer.rolloutId()).isEqualTo("r1");
        assertThat(offer.build()).isEqualTo(Given.build("2.1.0"));
        assertThat(offer.force()).isFalse();
        assertThat(offer.stratum()).isEqualTo(new Stratum(BOARD, CHIP, Scheme.V2, "2.0.0"));
        assertThat(offer.why().en()).isEqualTo("Within the 100.0 % of stage 1");
    }

    @Test
    void aliasesStandForTheirBoard() {
        var device = device(running("2.0.0"), "Bread-Compact-WiFi-Old-Name", CHIP, V2_16M);
        var offer = (Decision.NewOffer) decide(device, NEWER);
        assertThat(offer.stratum().board()).isEqualTo(BOARD);
    }

    @Test
    void listedThenHigherThenOlder() {
        var higher = rollout("higher", target("2.2.0"));
        assertThat(offered(decide(DEVICE, NEWER, higher))).isEqualTo("higher");
        var listed = Facts.of(DEVICE).listedBy("r1");
        assertThat(offered(decide(listed, higher, NEWER))).isEqualTo("r1");
        var canary = Facts.of(DEVICE).canaryOf("r1");
        assertThat(offered(decide(canary, higher, NEWER))).isEqualTo("r1");
        var older = Plan.of(rollout("older", target("2.1.0"))).createdAt(T0 - 9 * DAY);
        assertThat(offered(decide(DEVICE, NEWER, older))).isEqualTo("older");
    }

    @Test
    void waitsForTheBetterBuildButNotForOneItCantHave() {
        var full =
                Plan.of(rollout("full", target("2.2.0")))
                        .limits(new Limits(3, 0, 0), new Limits.Load(3, 0, 0));
        refused(Refusal.IN_FLIGHT_FULL, DEVICE, NEWER, full);
        var paused = Plan.of(rollout("paused", target("2.2.0"))).status(Rollout.Status.PAUSED);
        assertThat(offered(decide(DEVICE, NEWER, paused))).isEqualTo("r1");
        var beyond = rollout("floor", target("3.0.0", 1, Scheme.V2, List.of(version("2.1.0"))));
        assertThat(offered(decide(DEVICE, NEWER, beyond))).isEqualTo("r1");
    }

    @Test
    void saysWhyForEachInOrder() {
        var paused = Plan.of(rollout("paused", target("2.2.0"))).status(Rollout.Status.PAUSED);
        var old = rollout("old", target("1.9.0"));
        var none = (Decision.None) decide(DEVICE, old, paused);
        assertThat(none.why().refusal()).isEqualTo(Refusal.PAUSED);
        assertThat(none.each().keySet()).containsExactly("paused", "old");
        assertThat(none.each().get("old").refusal()).isEqualTo(Refusal.NOT_NEWER);
    }

    // ------------------------------------------------------------ the device

    @Test
    void noRollout() {
        refused(Refusal.NO_ROLLOUT, DEVICE);
    }

    @Test
    void whoseItIs() {
        refused(Refusal.UNBOUND, Facts.of(DEVICE).account(null), NEWER);
        refused(Refusal.OPTED_OUT, Facts.of(DEVICE).autoUpdate(false), NEWER);
        refused(Refusal.OTHER_ACCOUNT, DEVICE, Plan.of(NEWER).account("somebody"));
        assertThat(offered(decide(DEVICE, Plan.of(NEWER).account(ACCOUNT)))).isEqualTo("r1");
    }

    @Test
    void r1AVersionThatWouldCrashTheDevice() {
        refused(Refusal.VERSION_UNREADABLE, device(running("v2.0.0-3-gabc")), NEWER);
        refused(Refusal.VERSION_UNREADABLE, device(running("")), NEWER);
        refused(Refusal.VERSION_UNREADABLE, device(running("20250806123456")), NEWER);
        assertThat(decide(device(running("2.0.0-dirty")), NEWER))
                .isInstanceOf(Decision.NewOffer.class);
    }

    @Test
    void u1AlreadyThere() {
        refused(Refusal.ALREADY, device(running("2.1.0")), NEWER);
        refused(Refusal.ALREADY, device(new RunningBuild("2.1.0", "", "ota_0")), NEWER);
    }

    @Test
    void u13AnotherBuildOfTheSameVersion() {
        var other = new RunningBuild("2.1.0", Given.elf("another"), "ota_0");
        refused(Refusal.SAME_VERSION_OTHER_BUILD, device(other), NEWER);
    }

    @Test
    void notNewerAsTheDeviceItselfCompares() {
        refused(Refusal.NOT_NEWER, device(running("2.1.1")), NEWER);
        refused(Refusal.NOT_NEWER, device(running("2.1.0.0")), NEWER);
        refused(Refusal.NOT_NEWER, device(running("2.1.0-rc1")), NEWER);
    }

    @Test
    void boardAndChip() {
        refused(Refusal.BOARD_UNKNOWN, device(running("2.0.0"), "", CHIP, V2_16M), NEWER);
        refused(Refusal.BOARD_MISMATCH, device(running("2.0.0"), "other", CHIP, V2_16M), NEWER);
        refused(Refusal.CHIP_UNKNOWN, device(running("2.0.0"), BOARD, "", V2_16M), NEWER);
        refused(Refusal.CHIP_MISMATCH, device(running("2.0.0"), BOARD, "esp32c3", V2_16M), NEWER);
        refused(Refusal.CHIP_REVISION, DEVICE, Plan.of(NEWER).revisions(100, 0));
        refused(Refusal.CHIP_REVISION, DEVICE, Plan.of(NEWER).revisions(0, 1));
    }

    @Test
    void partitions() {
        refused(
                Refusal.PARTITIONS_UNKNOWN,
                device(running("2.0.0"), BOARD, CHIP, List.of()),
                NEWER);
        refused(
                Refusal.NO_OTA_SLOT,
                device(running("2.0.0", "factory"), BOARD, CHIP, V2_4M),
                NEWER);
        refused(Refusal.NO_OTA_SLOT, device(running("2.0.0", "factory")), NEWER);
        refused(Refusal.SCHEME_MISMATCH, device(running("2.0.0"), BOARD, CHIP, V1_16M), NEWER);
        refused(
                Refusal.SCHEME_MISMATCH,
                DEVICE,
                rollout("v1", target("2.1.0", 1, Scheme.V1, List.of())));
        assertThat(decide(DEVICE, rollout("any", target("2.1.0", 1, Scheme.ANY, List.of()))))
                .isInstanceOf(Decision.NewOffer.class);
    }

    @Test
    void theOtherSlotMustHoldIt() {
        var uneven =
                List.of(
                        new Partition("ota_0", 0, 16, 0, 3_000_000),
                        new Partition("ota_1", 0, 17, 0, 2_000_000),
                        new Partition("assets", 1, 130, 0, 1));
        var image = rollout("r", target("2.1.0", 2_500_000, Scheme.V2, List.of()));
        refused(
                Refusal.IMAGE_TOO_LARGE,
                device(running("2.0.0", "ota_0"), BOARD, CHIP, uneven),
                image);
        assertThat(decide(device(running("2.0.0", "ota_1"), BOARD, CHIP, uneven), image))
                .isInstanceOf(Decision.NewOffer.class);
        refused(Refusal.IMAGE_TOO_LARGE, device(running("2.0.0", ""), BOARD, CHIP, uneven), image);
        var exact = rollout("r", target("2.1.0", 0x3f0000, Scheme.V2, List.of()));
        assertThat(decide(DEVICE, exact)).isInstanceOf(Decision.NewOffer.class);
        var over = rollout("r", target("2.1.0", 0x3f0001, Scheme.V2, List.of()));
        var none = (Decision.None) decide(DEVICE, over);
        assertThat(none.why())
                .isEqualTo(
                        new Decision.DetailedRefusal(Refusal.IMAGE_TOO_LARGE, "4128769 > 4128768"));
    }

    @Test
    void floorsArePassedOneByOne() {
        var floors = List.of(version("1.9.0"), version("2.0.5"));
        var rollout = rollout("r", target("2.1.0", 1, Scheme.V2, floors));
        refused(Refusal.FLOOR_NOT_PASSED, DEVICE, rollout);
        assertThat(decide(device(running("2.0.5")), rollout)).isInstanceOf(Decision.NewOffer.class);
    }

    // ------------------------------------------------------------ turning back

    private static Rollout turningBack(String bad, String good) {
        return Plan.of(rollout("back", target(good))).bad(Given.build(bad));
    }

    @Test
    void turnsBackByForceOnlyWhereTheBadBuildRuns() {
        var back = turningBack("2.2.0", "2.1.0");
        var offer = (Decision.NewOffer) decide(device(running("2.2.0")), back);
        assertThat(offer.force()).isTrue();
        refused(Refusal.NOT_THE_BAD_BUILD, device(running("2.3.0")), back);
        refused(Refusal.NOT_THE_BAD_BUILD, device(new RunningBuild("2.2.0", "", "ota_0")), back);
        refused(Refusal.ALREADY, device(running("2.1.0")), back);
        refused(Refusal.NOT_THE_BAD_BUILD, device(running("2.0.0")), back);
    }

    @Test
    void neverForcesWhatIsNewerAnyway() {
        var offer =
                (Decision.NewOffer) decide(device(running("2.2.0")), turningBack("2.2.0", "2.3.0"));
        assertThat(offer.force()).isFalse();
    }

    @Test
    void firmwareBefore160CantBeForced() {
        var back =
                Plan.of(rollout("back", target("1.4.0", 1, Scheme.V2, List.of())))
                        .bad(Given.build("1.5.9"));
        refused(Refusal.FORCE_NOT_ALLOWED, device(running("1.5.9")), back);
    }

    @Test
    void whatIsBeingTurnedBackIsNotOffered() {
        var bad = rollout("bad", target("2.2.0"));
        var back = turningBack("2.2.0", "2.1.0");
        refused(Refusal.TURNED_BACK, device(running("2.1.0")), bad, back);
        assertThat(
                        decide(
                                device(running("2.1.0")),
                                bad,
                                Plan.of(back).status(Rollout.Status.CANCELLED)))
                .isInstanceOf(Decision.NewOffer.class);
    }

    // ------------------------------------------------------------ its history

    @Test
    void u4NotRightAfterAChange() {
        refused(Refusal.JUST_CHANGED, Facts.of(DEVICE).runningSince(T0), NEWER);
        refused(Refusal.JUST_CHANGED, Facts.of(DEVICE).runningSince(T0 - 10 * MINUTE + 1), NEWER);
        assertThat(decide(Facts.of(DEVICE).runningSince(T0 - 10 * MINUTE), NEWER))
                .isInstanceOf(Decision.NewOffer.class);
    }

    // Evidence in a story is at T0 + t; the decision is at T0.
    @Test
    void oneOfferAtATime() {
        var open = Story.begins().offered(-MINUTE).began(-50 * SECOND);
        var other = rollout("r2", target("2.2.0"));
        assertThat(refusal(decide(DEVICE, List.of(open.attempt), other)))
                .isEqualTo(Refusal.OPEN_OFFER);
    }

    @Test
    void u14TheSameAnswerToTheSameCheckIn() {
        var open = Story.begins().offered(-59 * SECOND);
        var repeat = (Decision.Repeat) decide(DEVICE, List.of(open.attempt), NEWER);
        assertThat(repeat.offerId()).isEqualTo("o1");
        var late = Story.begins().offered(-60 * SECOND);
        assertThat(refusal(decide(DEVICE, List.of(late.attempt), NEWER)))
                .isEqualTo(Refusal.OPEN_OFFER);
        var started = Story.begins().offered(-50 * SECOND).began(-40 * SECOND);
        assertThat(refusal(decide(DEVICE, List.of(started.attempt), NEWER)))
                .isEqualTo(Refusal.OPEN_OFFER);
    }

    @Test
    void u14NotToFirmwareThatMayHaveRebootedOverIt() {
        var open = Story.from(running("1.7.7")).offered(-30 * SECOND);
        assertThat(refusal(decide(device(running("1.7.7")), List.of(open.attempt), NEWER)))
                .isEqualTo(Refusal.OPEN_OFFER);
    }

    @Test
    void afterAHaltNotEvenTheSameAnswer() {
        var open = List.of(Story.begins().offered(-10 * SECOND).attempt);
        assertThat(refusal(decide(DEVICE, open, Plan.of(NEWER).status(Rollout.Status.HALTED))))
                .isEqualTo(Refusal.HALTED);
        var halts = new Halts(Set.of(Given.stratum("2.0.0")), Set.of());
        assertThat(refusal(decide(DEVICE, open, Plan.of(NEWER).halts(halts))))
                .isEqualTo(Refusal.GROUP_HALTED);
        assertThat(refusal(decide(Facts.of(DEVICE).autoUpdate(false), open, NEWER)))
                .isEqualTo(Refusal.OPTED_OUT);
    }

    @Test
    void u15Quarantine() {
        var here = new Quarantines(Set.of(), Set.of("build-2.1.0"));
        assertThat(refusal(afterQuarantines(here, List.of()))).isEqualTo(Refusal.QUARANTINED);
        var everywhere = new Quarantines(Set.of("build-2.1.0"), Set.of());
        assertThat(refusal(afterQuarantines(everywhere, List.of())))
                .isEqualTo(Refusal.BUILD_QUARANTINED);
        var twice =
                Story.begins()
                        .downloads(-9 * DAY)
                        .runsOld(-8 * DAY)
                        .downloads(-7 * DAY)
                        .runsOld(-DAY);
        assertThat(refusal(afterQuarantines(Quarantines.NONE, List.of(twice.attempt))))
                .isEqualTo(Refusal.QUARANTINED);
        twice.cleared(0);
        assertThat(afterQuarantines(Quarantines.NONE, List.of(twice.attempt)))
                .isInstanceOf(Decision.NewOffer.class);
    }

    @Test
    void u15OldFirmwareHasUsedUpItsOneInstall() {
        var once = Story.begins().downloads(-9 * DAY).runsOld(-8 * DAY);
        assertThat(afterQuarantines(Quarantines.NONE, List.of(once.attempt)))
                .isInstanceOf(Decision.NewOffer.class);
        assertThat(refusal(decide(device(running("1.7.7")), List.of(once.attempt), NEWER)))
                .isEqualTo(Refusal.USED_UP);
    }

    private static Decision afterQuarantines(Quarantines quarantines, List<Attempt> attempts) {
        return Planner.decide(
                DEVICE,
                attempts,
                quarantines,
                List.of(NEWER),
                OfferCapacity.FREE,
                Policy.DEFAULTS,
                T0);
    }

    @Test
    void u16NotTooSoonAfterTheLastAttempt() {
        var soon = Story.begins().offered(-9 * MINUTE).runsOld(-5 * MINUTE);
        var none = (Decision.None) decide(DEVICE, List.of(soon.attempt), NEWER);
        assertThat(none.why().refusal()).isEqualTo(Refusal.BACKING_OFF);
        assertThat(none.why().detail())
                .isEqualTo(java.time.Instant.ofEpochMilli(T0 + MINUTE).toString());
        var late = Story.begins().offered(-10 * MINUTE).runsOld(-5 * MINUTE);
        assertThat(decide(DEVICE, List.of(late.attempt), NEWER))
                .isInstanceOf(Decision.NewOffer.class);
        var second = Story.begins().offered(-DAY).runsOld(-HOUR).offered(-15 * MINUTE).runsOld(-1);
        assertThat(refusal(decide(DEVICE, List.of(second.attempt), NEWER)))
                .isEqualTo(Refusal.BACKING_OFF);
        var again = rollout("another rollout of it", target("2.1.0"));
        assertThat(refusal(decide(DEVICE, List.of(soon.attempt), again)))
                .isEqualTo(Refusal.BACKING_OFF);
    }

    @Test
    void firmwareThatRebootsOnFailureIsNotOfferedWhatCantBeWatched() {
        var unwatched = Plan.of(NEWER).visible(false);
        refused(Refusal.REBOOTS_UNWATCHED, device(running("1.7.7")), unwatched);
        assertThat(decide(device(running("1.8.0")), unwatched))
                .isInstanceOf(Decision.NewOffer.class);
        assertThat(decide(device(running("1.7.7")), NEWER)).isInstanceOf(Decision.NewOffer.class);
    }

    @Test
    void aWeakSignalWaits() {
        assertThat(Policy.DEFAULTS.readiness().minRssi()).isEqualTo(-80);
        refused(Refusal.WEAK_SIGNAL, DEVICE.withRssi(-81), NEWER);
        assertThat(Refusal.WEAK_SIGNAL.passes()).isTrue();
        for (int passes : new int[] {-80, -1, 0}) {
            assertThat(decide(DEVICE.withRssi(passes), NEWER))
                    .isInstanceOf(Decision.NewOffer.class);
        }
    }

    private static DeviceFacts battery(int level, boolean charging, long at) {
        return Facts.of(DEVICE).battery(new Battery(level, charging, at));
    }

    @Test
    void aLowBatteryWaitsUnlessItCharges() {
        assertThat(Policy.DEFAULTS.readiness().minBattery()).isEqualTo(20);
        var none = (Decision.None) decide(battery(19, false, T0), List.of(), NEWER);
        assertThat(none.why())
                .isEqualTo(new Decision.DetailedRefusal(Refusal.LOW_BATTERY, "19 < 20 %"));
        assertThat(Refusal.LOW_BATTERY.passes()).isTrue();
        refused(Refusal.LOW_BATTERY, battery(0, false, T0 - DAY), NEWER);
        for (DeviceFacts ready :
                List.of(
                        battery(20, false, T0),
                        battery(0, true, T0),
                        battery(0, false, T0 - DAY - 1),
                        // By a clock that was ahead.
                        battery(0, false, T0 + 1),
                        Facts.of(DEVICE).battery(null))) {
            assertThat(decide(ready, NEWER)).isInstanceOf(Decision.NewOffer.class);
        }
    }

    @Test
    void aBuildThatNeedsPsramIsNotForADeviceThatSaysItHasNone() {
        Rollout needs = Plan.of(NEWER).needsPsram();
        refused(Refusal.NO_PSRAM, Facts.of(DEVICE).psram(0), needs);
        assertThat(decide(Facts.of(DEVICE).psram(0), NEWER)).isInstanceOf(Decision.NewOffer.class);
        assertThat(decide(Facts.of(DEVICE).psram(8 << 20), needs))
                .isInstanceOf(Decision.NewOffer.class);
        assertThat(decide(DEVICE, needs))
                .as("its PSRAM is never reported")
                .isInstanceOf(Decision.NewOffer.class);
        assertThat(
                        Planner.exclusion(
                                Facts.of(DEVICE).psram(0),
                                List.of(),
                                Quarantines.NONE,
                                needs,
                                Policy.DEFAULTS))
                .isPresent();
    }
}
