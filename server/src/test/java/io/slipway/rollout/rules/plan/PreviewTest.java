package io.slipway.rollout.rules.plan;

import static io.slipway.rollout.rules.Given.BOARD;
import static io.slipway.rollout.rules.Given.CHIP;
import static io.slipway.rollout.rules.Given.V2_16M;
import static io.slipway.rollout.rules.Given.V2_4M;
import static io.slipway.rollout.rules.Given.device;
import static io.slipway.rollout.rules.Given.rollout;
import static io.slipway.rollout.rules.Given.running;
import static io.slipway.rollout.rules.Given.target;
import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.rollout.rules.Given;
import io.slipway.rollout.rules.attempt.Policy;
import io.slipway.rollout.rules.gate.Gate;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PreviewTest {

    private static final Rollout NEWER = rollout("r1", target("2.1.0"));
    private static final DeviceFacts DEVICE = device(running("2.0.0"));

    @Test
    void thePreviewCountsByReason() {
        var selected = Plan.of(NEWER).selection(Pick.chips(CHIP));
        var rollout = Plan.of(selected).status(Rollout.Status.PAUSED);
        var count = new Preview.PreviewCounter(rollout, Policy.DEFAULTS);
        var none = Quarantines.NONE;
        for (int i = 0; i < 3; i++) {
            count.add(DEVICE, List.of(), none);
        }
        count.add(device(running("2.0.0", "factory"), BOARD, CHIP, V2_4M), List.of(), none);
        count.add(Facts.of(DEVICE).autoUpdate(false), List.of(), none);
        count.add(DEVICE, List.of(), new Quarantines(Set.of(), Set.of("build-2.1.0")));
        count.add(device(running("2.0.0"), BOARD, "esp32", V2_16M), List.of(), none);
        var preview = count.result();
        assertThat(preview.selected()).isEqualTo(6);
        assertThat(preview.reachable()).isEqualTo(3);
        assertThat(preview.excluded())
                .containsOnlyKeys(Refusal.NO_OTA_SLOT, Refusal.OPTED_OUT, Refusal.QUARANTINED);
        assertThat(preview.strata()).containsEntry(Given.stratum("2.0.0"), 3L);
    }

    @Test
    void howLongItTakes() {
        var gate = new Gate(29, 0.10, 0.20, Duration.ofHours(24));
        var stages = List.of(new Rollout.Stage(0.05, gate), new Rollout.Stage(1, gate));
        // 29 of 50 canaries, of which 5 come in an hour, and a day; then all, and a day.
        assertThat(Preview.duration(1000, 100, Limits.NONE, stages))
                .contains(Duration.ofHours(58).plusMinutes(348));
        assertThat(Preview.duration(1000, 0, Limits.NONE, stages)).isEmpty();
        assertThat(Preview.duration(1_000_000, 1e9, new Limits(0, 100, 0), stages).orElseThrow())
                .isGreaterThan(Duration.ofHours(165));
    }

    @Test
    void everyRefusalSaysWhyInBothLanguages() {
        for (Refusal refusal : Refusal.values()) {
            assertThat(refusal.sentence().zh()).matches(".*[\\u4e00-\\u9fff].*");
            assertThat(refusal.sentence().en()).doesNotContainPattern("[\\u4e00-\\u9fff]");
        }
    }
}
