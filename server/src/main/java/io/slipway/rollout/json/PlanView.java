package io.slipway.rollout.json;

import io.slipway.http.schema.Described;
import io.slipway.http.schema.Inlined;
import io.slipway.http.schema.Moment;
import io.slipway.http.schema.Omitted;
import io.slipway.http.schema.Shape;
import io.slipway.protocol.FirmwareVersion;
import io.slipway.rollout.rules.plan.Limits;
import io.slipway.rollout.rules.plan.RolloutPlan;
import io.slipway.rollout.rules.plan.Selection;
import io.slipway.rollout.rules.plan.Window;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A plan, as stored, shown and submitted.
 *
 * @param window null for any time
 * @param startsAt null to start at once
 * @param canaries null unless chosen by the server
 */
@Described("可以原样再发送 · can be submitted again unchanged")
public record PlanView(
        @Inlined PlanSubject subject,
        SelectionView select,
        @Shape(minItems = 1, maxItems = RolloutPlan.MAX_STAGES) List<StageView> stages,
        LimitsView limits,
        @Omitted @Nullable WindowView window,
        @Omitted @Nullable Instant startsAt,
        @Described("需由另一个人审批 · whether someone else must approve it") boolean approval,
        @Described(
                        "只在预览中：由服务器选出的先升级的设备 · only in a preview: the devices to update first, if"
                                + " chosen by the server")
                @Omitted
                @Nullable List<String> canaries) {

    /**
     * Its builds and devices.
     *
     * @param badBuild null unless it turns a build back
     */
    public record PlanSubject(
            String name,
            String build,
            @Described("要回退的固件 · the bad build, which this rollout turns back") @Omitted
                    @Nullable String badBuild,
            @Described("所有账号的设备 · devices of all accounts") boolean everyone) {}

    /** The selection; empty or missing fields do not restrict it. */
    public record SelectionView(
            List<String> boards,
            List<String> chips,
            @Described("最低版本 · lowest version") @Omitted @Nullable String from,
            @Described("最高版本 · highest version") @Omitted @Nullable String to,
            List<String> channels,
            List<String> agents,
            List<String> tags,
            @Described("只给点名的设备 · only the devices that macs or canaries name")
                    boolean listedOnly) {

        static SelectionView of(Selection selection) {
            FirmwareVersion from = selection.from();
            FirmwareVersion to = selection.to();
            return new SelectionView(
                    sorted(selection.boards()),
                    sorted(selection.chips()),
                    from == null ? null : from.toString(),
                    to == null ? null : to.toString(),
                    sorted(selection.channels()),
                    sorted(selection.agents()),
                    sorted(selection.tags()),
                    selection.listedOnly());
        }

        private static List<String> sorted(Set<String> texts) {
            return List.copyOf(new TreeSet<>(texts));
        }
    }

    /** Limits; 0 for no limit. */
    public record LimitsView(
            @Described("同时升级几台，0 不限 · maximum number of devices that update at once; 0: no limit")
                    int inFlight,
            @Described("每分钟推送几台，0 不限 · maximum number of offers per minute; 0: no limit")
                    int perMinute,
            @Described("下载带宽，0 不限 · maximum download bandwidth; 0: no limit") long bytesPerSecond) {

        static LimitsView of(Limits limits) {
            return new LimitsView(limits.inFlight(), limits.perMinute(), limits.bytesPerSecond());
        }
    }

    /** The hours in which offers are made. */
    public record WindowView(
            @Shape(
                            values = {"MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"},
                            maxItems = 7)
                    List<String> days,
            @Described("如 22:00 · e.g. 22:00") String from,
            @Described("如 05:30 · e.g. 05:30") String to,
            @Described("如 Asia/Shanghai · e.g. Asia/Shanghai") String zone) {

        static WindowView of(Window window) {
            return new WindowView(
                    new TreeSet<>(window.days()).stream().map(PlanJson::shown).toList(),
                    window.from().toString(),
                    window.to().toString(),
                    window.zone().getId());
        }
    }

    public static PlanView of(RolloutPlan plan) {
        return of(plan, null);
    }

    /**
     * @param canary the first devices as chosen by the server; null if it has not chosen
     */
    public static PlanView of(RolloutPlan plan, @Nullable String canary) {
        String badBuild = plan.badBuildId();
        Window window = plan.schedule().window();
        return new PlanView(
                new PlanSubject(
                        plan.name(),
                        plan.buildId(),
                        badBuild.isEmpty() ? null : badBuild,
                        plan.everyone()),
                SelectionView.of(plan.selection()),
                plan.stages().stream().map(StageView::of).toList(),
                LimitsView.of(plan.schedule().limits()),
                window == null ? null : WindowView.of(window),
                Moment.orNull(plan.schedule().startsAt()),
                plan.approval(),
                canary == null ? null : List.of(canary));
    }
}
