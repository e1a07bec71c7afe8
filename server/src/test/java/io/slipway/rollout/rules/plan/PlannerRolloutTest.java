package io.slipway.rollout.rules.plan;

import static io.slipway.rollout.rules.Given.BOARD;
import static io.slipway.rollout.rules.Given.DAY;
import static io.slipway.rollout.rules.Given.HOUR;
import static io.slipway.rollout.rules.Given.T0;
import static io.slipway.rollout.rules.Given.device;
import static io.slipway.rollout.rules.Given.running;
import static io.slipway.rollout.rules.plan.Planning.DEVICE;
import static io.slipway.rollout.rules.plan.Planning.NEWER;
import static io.slipway.rollout.rules.plan.Planning.decide;
import static io.slipway.rollout.rules.plan.Planning.offered;
import static io.slipway.rollout.rules.plan.Planning.refusal;
import static io.slipway.rollout.rules.plan.Planning.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.rollout.rules.Given;
import io.slipway.rollout.rules.attempt.Policy;
import io.slipway.rollout.rules.gate.Halts;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a rollout itself determines about who is offered its build, and when. */
class PlannerRolloutTest {

    @Test
    void itsState() {
        for (var status : EnumSet.complementOf(EnumSet.of(Rollout.Status.RUNNING))) {
            assertThat(decide(DEVICE, Plan.of(NEWER).status(status)))
                    .isInstanceOf(Decision.None.class);
        }
        refused(
                Refusal.NOT_APPROVED,
                DEVICE,
                Plan.of(NEWER).status(Rollout.Status.AWAITING_APPROVAL));
        refused(Refusal.HALTED, DEVICE, Plan.of(NEWER).status(Rollout.Status.HALTED));
        refused(Refusal.ENDED, DEVICE, Plan.of(NEWER).status(Rollout.Status.DONE));
        refused(Refusal.NOT_BEGUN, DEVICE, Plan.of(NEWER).startsAt(T0 + 1));
    }

    @Test
    void oneBadBoardHaltsAlone() {
        var halts = new Halts(Set.of(Given.stratum("2.0.0")), Set.of());
        refused(Refusal.GROUP_HALTED, DEVICE, Plan.of(NEWER).halts(halts));
        assertThat(decide(device(running("2.0.1")), Plan.of(NEWER).halts(halts)))
                .isInstanceOf(Decision.NewOffer.class);
        var board = new Halts(Set.of(), Set.of(BOARD));
        refused(Refusal.GROUP_HALTED, device(running("2.0.1")), Plan.of(NEWER).halts(board));
    }

    @Test
    void itsShareAndItsCanaries() {
        var none = Plan.of(NEWER).share(0);
        refused(Refusal.NOT_IN_SHARE, DEVICE, none);
        assertThat(offered(decide(Facts.of(DEVICE).canaryOf("r1"), none))).isEqualTo("r1");
        refused(Refusal.NOT_IN_SHARE, Facts.of(DEVICE).listedBy("r1"), none);
    }

    @Test
    void itsSelection() {
        refused(Refusal.NOT_SELECTED, DEVICE, Plan.of(NEWER).selection(Pick.boards("other")));
        assertThat(decide(DEVICE, Plan.of(NEWER).selection(Pick.boards(BOARD))))
                .isInstanceOf(Decision.NewOffer.class);
        refused(Refusal.NOT_SELECTED, DEVICE, Plan.of(NEWER).selection(Pick.chips("esp32")));
        refused(Refusal.NOT_SELECTED, DEVICE, Plan.of(NEWER).selection(Pick.tags("beta")));
        assertThat(
                        decide(
                                Facts.of(DEVICE).tags("beta"),
                                Plan.of(NEWER).selection(Pick.tags("beta"))))
                .isInstanceOf(Decision.NewOffer.class);
        refused(
                Refusal.NOT_SELECTED,
                DEVICE,
                Plan.of(NEWER).selection(Pick.versions("2.0.1", null)));
        refused(
                Refusal.NOT_SELECTED,
                DEVICE,
                Plan.of(NEWER).selection(Pick.versions(null, "1.9.9")));
        assertThat(decide(DEVICE, Plan.of(NEWER).selection(Pick.versions("2.0.0", "2.0.0"))))
                .isInstanceOf(Decision.NewOffer.class);
        refused(Refusal.NOT_SELECTED, DEVICE, Plan.of(NEWER).selection(Pick.listed()));
        assertThat(decide(Facts.of(DEVICE).listedBy("r1"), Plan.of(NEWER).selection(Pick.listed())))
                .isInstanceOf(Decision.NewOffer.class);
    }

    @Test
    void itsHours() {
        // T0 is a Monday, 22:13 in Shanghai.
        var zone = ZoneId.of("Asia/Shanghai");
        var night = new Window(Set.of(), LocalTime.of(23, 0), LocalTime.of(7, 0), zone);
        refused(Refusal.OUTSIDE_WINDOW, DEVICE, Plan.of(NEWER).window(night));
        assertThat(opensAt(night)).isEqualTo("2026-09-21T15:00:00Z");
        var weekend =
                new Window(Set.of(DayOfWeek.SUNDAY), LocalTime.of(1, 0), LocalTime.of(5, 0), zone);
        assertThat(opensAt(weekend)).isEqualTo("2026-09-26T17:00:00Z");
        var evening =
                new Window(
                        Set.of(DayOfWeek.MONDAY), LocalTime.of(22, 0), LocalTime.of(23, 0), zone);
        assertThat(decide(DEVICE, Plan.of(NEWER).window(evening)))
                .isInstanceOf(Decision.NewOffer.class);
        assertThat(night.open(T0 + HOUR)).isTrue();
        assertThat(night.open(T0 + 8 * HOUR)).isTrue();
        assertThat(night.open(T0 + 9 * HOUR)).isFalse();
        var mondayNight =
                new Window(Set.of(DayOfWeek.MONDAY), LocalTime.of(23, 0), LocalTime.of(7, 0), zone);
        assertThat(mondayNight.open(T0 + 8 * HOUR)).as("Tuesday at 6:13").isTrue();
        assertThat(mondayNight.open(T0 + HOUR + DAY)).as("Tuesday at 23:13").isFalse();
    }

    private static String opensAt(Window window) {
        var none = (Decision.None) decide(DEVICE, Plan.of(NEWER).window(window));
        assertThat(none.why().refusal().timed()).isTrue();
        return none.why().detail();
    }

    @Test
    void whatItMayTake() {
        var limits = new Limits(10, 60, 1_000_000);
        assertThat(decide(DEVICE, Plan.of(NEWER).limits(limits, new Limits.Load(9, 59, 900_000))))
                .isInstanceOf(Decision.NewOffer.class);
        refused(
                Refusal.IN_FLIGHT_FULL,
                DEVICE,
                Plan.of(NEWER).limits(limits, new Limits.Load(10, 0, 0)));
        refused(
                Refusal.MINUTE_FULL,
                DEVICE,
                Plan.of(NEWER).limits(limits, new Limits.Load(0, 60, 0)));
        refused(
                Refusal.BANDWIDTH_FULL,
                DEVICE,
                Plan.of(NEWER).limits(limits, new Limits.Load(0, 0, 940_000)));
    }

    @Test
    void whatTheServerMayTake() {
        var limits = new Limits(10, 0, 0);
        var full = new OfferCapacity(false, limits, new Limits.Load(10, 0, 0));
        assertThat(refusal(withCapacity(full))).isEqualTo(Refusal.IN_FLIGHT_FULL);
        var stopped = new OfferCapacity(true, Limits.NONE, Limits.Load.NONE);
        assertThat(refusal(withCapacity(stopped))).isEqualTo(Refusal.GRANTING_STOPPED);
    }

    private static Decision withCapacity(OfferCapacity capacity) {
        return Planner.decide(
                DEVICE, List.of(), Quarantines.NONE, List.of(NEWER), capacity, Policy.DEFAULTS, T0);
    }
}
