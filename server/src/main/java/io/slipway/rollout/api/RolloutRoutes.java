package io.slipway.rollout.api;

import io.slipway.account.Accounts;
import io.slipway.account.Caller;
import io.slipway.event.Timeline;
import io.slipway.http.Fields;
import io.slipway.http.Problem;
import io.slipway.http.Request;
import io.slipway.http.Response;
import io.slipway.http.RouteScope;
import io.slipway.http.console.Page;
import io.slipway.http.edge.Edge;
import io.slipway.rollout.grant.Attempts;
import io.slipway.rollout.grant.RolloutDetail;
import io.slipway.rollout.grant.Rollouts;
import io.slipway.rollout.grant.fleet.CheckInPace;
import io.slipway.rollout.json.PlanJson;
import io.slipway.rollout.rules.attempt.AttemptRow;
import io.slipway.rollout.rules.attempt.AttemptState;
import io.slipway.rollout.rules.plan.Rollout;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Rollouts over HTTP. */
public final class RolloutRoutes {

    /** Maximum length of the reason that a person gives. */
    static final int WHY = 500;

    private static final int ID = 64;
    private static final Pattern CURSOR = Pattern.compile("[0-9a-f]{32}");

    private final Accounts accounts;
    private final Rollouts rollouts;
    private final Attempts attempts;
    private final CheckInPace pace;
    private final StageViews stages;
    private final Timeline timeline;
    private final ZoneId servers;

    /**
     * @param servers the time zone for accounts without their own
     */
    public RolloutRoutes(
            Accounts accounts,
            Rollouts rollouts,
            Attempts attempts,
            CheckInPace pace,
            StageViews stages,
            Timeline timeline,
            ZoneId servers) {
        this.accounts = accounts;
        this.rollouts = rollouts;
        this.attempts = attempts;
        this.pace = pace;
        this.stages = stages;
        this.timeline = timeline;
        this.servers = servers;
    }

    public void install(Edge edge) {
        edge.route(
                RouteScope.FIRMWARE,
                "POST",
                "/v1/rollouts/preview",
                PlanRequest.MAX_BODY,
                this::preview);
        edge.route(RouteScope.FIRMWARE, "POST", "/v1/rollouts", PlanRequest.MAX_BODY, this::create);
        edge.route(RouteScope.READ, "GET", "/v1/rollouts", this::list);
        edge.route(RouteScope.READ, "GET", "/v1/rollouts/{id}", this::get);
        edge.route(RouteScope.READ, "GET", "/v1/rollouts/{id}/devices", this::devices);
        edge.route(RouteScope.READ, "GET", "/v1/rollouts/{id}/timeline", this::timeline);
        act(edge, "start", (caller, id, why) -> rollouts.start(caller, id));
        act(edge, "approve", (caller, id, why) -> rollouts.approve(caller, id));
        act(edge, "pause", rollouts::pause);
        act(edge, "resume", rollouts::resume);
        act(edge, "halt", rollouts::halt);
        act(edge, "cancel", rollouts::cancel);
        act(edge, "finish", (caller, id, why) -> rollouts.finish(caller, id));
        act(edge, "promote", rollouts::promote);
        edge.route(RouteScope.FIRMWARE, "POST", "/v1/rollouts/{id}/widen", this::widen);
        edge.route(RouteScope.FIRMWARE, "POST", "/v1/rollouts/{id}/turn-back", this::turnBack);
        edge.views(
                RolloutListedView.class, RolloutView.class, PreviewView.class, AttemptView.class);
        new UpdateRoutes(accounts, attempts, servers).install(edge);
    }

    /** An action on a rollout, with an optional reason. */
    @FunctionalInterface
    private interface RolloutAction {
        void run(Caller caller, String id, String why);
    }

    private void act(Edge edge, String name, RolloutAction act) {
        edge.route(
                RouteScope.FIRMWARE,
                "POST",
                "/v1/rollouts/{id}/" + name,
                request -> {
                    Caller caller = accounts.authenticate(request);
                    Fields fields = request.fields();
                    fields.only("why");
                    act.run(caller, request.path("id"), fields.text("why", WHY, "").strip());
                    return shown(caller, request.path("id"));
                });
    }

    private Response preview(Request request) {
        Caller caller = accounts.authenticate(request);
        PlanRequest wanted = PlanRequest.read(request.fields());
        Rollouts.PlanPreview previewed =
                rollouts.preview(caller, wanted.plan(), wanted.named(), wanted.usual());
        return Response.ok(PreviewView.of(previewed));
    }

    private Response create(Request request) {
        Caller caller = accounts.authenticate(request);
        PlanRequest wanted = PlanRequest.read(request.fields());
        String made =
                rollouts.create(
                        caller, wanted.plan(), wanted.named(), wanted.usual(), wanted.knows());
        return shown(caller, made);
    }

    private Response list(Request request) {
        Caller caller = accounts.authenticate(request);
        Page page = Page.of(request);
        String cursor = page.cursor();
        if (cursor != null && !CURSOR.matcher(cursor).matches()) {
            throw new Problem(400, "游标无效", "Bad cursor");
        }
        var filter = new Rollouts.Filter(status(request), given(request, "build"));
        return Page.response(
                rollouts.page(caller, filter, cursor, page.limit()),
                page,
                RolloutListedView::of,
                detail -> detail.now().id());
    }

    private static @Nullable String status(Request request) {
        String status = given(request, "status");
        if (status == null || status.equals(RolloutListedView.DRAFT)) {
            return status;
        }
        return one(Rollout.Status.values(), "status", status).name();
    }

    /** The constant with that name, otherwise 400. */
    static <E extends Enum<E>> E one(E[] all, String field, String name) {
        return Arrays.stream(all)
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        Problem.field(
                                field,
                                "应为 " + Arrays.toString(all) + " 之一",
                                "must be one of " + Arrays.toString(all)));
    }

    static @Nullable String given(Request request, String name) {
        String text = request.query(name);
        // PostgreSQL can't compare with NUL.
        text = text == null ? null : text.replace("\0", "");
        if (text == null || text.isBlank()) {
            return null;
        }
        if (text.length() > ID) {
            throw Problem.field(name, "最多 " + ID + " 个字符", "at most " + ID + " characters");
        }
        return text.strip();
    }

    private Response get(Request request) {
        return shown(accounts.authenticate(request), request.path("id"));
    }

    private Response shown(Caller caller, String id) {
        RolloutDetail detail = rollouts.find(caller, id);
        List<Long> sample =
                detail.tallies().isEmpty()
                        ? List.of()
                        : attempts.ofRollout(caller, id, null, 0, CheckInPace.SAMPLE).stream()
                                .map(AttemptRow::deviceId)
                                .toList();
        Optional<Duration> median = sample.isEmpty() ? Optional.empty() : pace.median(sample);
        return Response.ok(RolloutView.of(detail, median, stages.of(detail, median)));
    }

    private Response devices(Request request) {
        Caller caller = accounts.authenticate(request);
        Page page = Page.of(request);
        String name = given(request, "state");
        AttemptState state = name == null ? null : one(AttemptState.values(), "state", name);
        List<AttemptRow> found =
                attempts.ofRollout(
                        caller, request.path("id"), state, UpdateRoutes.after(page), page.limit());
        return Page.response(found, page, AttemptView::of, row -> Long.toString(row.deviceId()));
    }

    private Response timeline(Request request) {
        Caller caller = accounts.authenticate(request);
        RolloutDetail detail = rollouts.find(caller, request.path("id"));
        return timeline.of(request, detail.now().id());
    }

    private Response widen(Request request) {
        Caller caller = accounts.authenticate(request);
        Fields fields = request.fields();
        fields.only("stages");
        rollouts.widen(caller, request.path("id"), PlanJson.stages(fields));
        return shown(caller, request.path("id"));
    }

    // From now on, the new rollout is the one to look at.
    private Response turnBack(Request request) {
        Caller caller = accounts.authenticate(request);
        Fields fields = request.fields();
        fields.only("build", "leadsAway");
        String build = fields.required("build", ID);
        boolean knows = PlanRequest.knows(fields);
        return shown(caller, rollouts.turnBack(caller, request.path("id"), build, knows));
    }
}
