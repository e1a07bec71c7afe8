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
 * A plan as it is stored, shown and sent.
 *
 * @param window null for any time
 * @param startsAt null for at once
 * @param canaries null where nobody was chosen by the server
 */
@Described("可以原样再发送 · can be sent again as it is")
public record PlanView(
        @Inlined PlanSubject subject,
        SelectionView select,
        @Shape(minItems = 1, maxItems = RolloutPlan.MAX_STAGES) List<StageView> stages,
        LimitsView limits,
        @Omitted @Nullable WindowView window,
        @Omitted @Nullable Instant startsAt,
        @Described("需由另一个人审批 · somebody else must approve it") boolean approval,
        @Described(
                        "只在预览中：由服务器选出的先升级的设备 · in a preview only: who goes first, where the server"
                                + " has chosen")
                @Omitted
                @Nullable List<String> canaries) {

    /**
     * What it is about.
     *
     * @param badBuild null for an update
     */
    public record PlanSubject(
            String name,
            String build,
            @Described("要回退的固件 · the build that is being turned back") @Omitted
                    @Nullable String badBuild,
            @Described("所有账号的设备 · devices of all accounts") boolean everyone) {}

    /** Which devices; what is empty or missing says nothing. */
    public record SelectionView(
            List<String> boards,
            List<String> chips,
            @Described("最低版本 · lowest version") @Omitted @Nullable String from,
            @Described("最高版本 · highest version") @Omitted @Nullable String to,
            List<String> channels,
            List<String> agents,
            List<String> tags,
            @Described("只给点名的设备 · only devices that are named") boolean listedOnly) {

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

    /** How many at once; 0 for no limit. */
    public record LimitsView(
            @Described("同时升级几台，0 不限 · devices that update at once, 0 for no limit") int inFlight,
            @Described("每分钟推送几台，0 不限 · offers a minute, 0 for no limit") int perMinute,
            @Described("下载带宽，0 不限 · bandwidth of downloads, 0 for no limit") long bytesPerSecond) {

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
            @Described("如 22:00 · as 22:00") String from,
            @Described("如 05:30 · as 05:30") String to,
            @Described("如 Asia/Shanghai · as Asia/Shanghai") String zone) {

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
     * @param canary who goes first as the server has chosen; null where it has not
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
