package io.slipway.rollout.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.http.Fields;
import io.slipway.http.Json;
import io.slipway.http.Problem;
import io.slipway.rollout.json.PlanJson;
import io.slipway.rollout.json.PlanView;
import io.slipway.rollout.rules.plan.RolloutPlan;

/** Bodies that create or preview a rollout. */
public final class PlanFuzz {

    private PlanFuzz() {}

    /**
     * Reads one body: a plan that is stored and read again the same, or a refusal that says why.
     */
    public static void fuzzerTestOneInput(byte[] body) {
        PlanRequest request;
        try {
            request = PlanRequest.read(new Fields(Json.read(body)));
        } catch (Problem problem) {
            assertThat(problem.code()).isEqualTo(400);
            plain(problem.message(true));
            plain(problem.message(false));
            return;
        }
        RolloutPlan plan = request.plan();
        assertThat(PlanRequest.read(new Fields(Json.read(body)))).isEqualTo(request);
        String stored = Json.text(PlanView.of(plan));
        RolloutPlan again = PlanJson.read(Json.read(stored));
        assertThat(again).isEqualTo(plan);
        assertThat(Json.text(PlanView.of(again))).isEqualTo(stored);
        assertThat(plan.stages()).hasSizeBetween(1, RolloutPlan.MAX_STAGES);
    }

    private static void plain(String text) {
        assertThat(text).isNotBlank().hasSizeLessThan(400);
        assertThat(text.codePoints()).noneMatch(c -> Character.getType(c) == Character.SURROGATE);
    }
}
