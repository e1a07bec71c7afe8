package io.slipway.overview;

import io.slipway.account.Caller;
import io.slipway.activation.Warnings;
import io.slipway.agent.Agent;
import io.slipway.agent.Agents;
import io.slipway.device.seen.DeviceCounts;
import io.slipway.files.DiskSpace;
import io.slipway.firmware.Build;
import io.slipway.firmware.BuildQuery;
import io.slipway.firmware.Builds;
import io.slipway.http.certificate.CertificateFinding;
import io.slipway.rollout.grant.OpenRollouts.RolloutSummary;
import io.slipway.session.BackendFailures;
import io.slipway.text.Sentence;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * What needs attention, each with a sentence that gives the reason. Only what the viewer can do
 * something about: their own devices and agents, the builds and rollouts that they may change, and
 * settings for administrators. Thread-safe; calls block.
 */
final class Attention {

    /** Of each kind; any more are in their own list. */
    private static final int MOST = 5;

    /** A build stays in quarantine indefinitely: it is listed for a week. */
    private static final long NEWS_MS = Duration.ofDays(7).toMillis();

    /** How many rollouts are searched for halted strata. */
    static final int ROLLOUTS = 20;

    private final Warnings warnings;
    private final DeviceCounts devices;
    private final Builds builds;
    private final Agents agents;
    private final BackendFailures failures;
    private final InstantSource clock;
    private final Overview.MachineSources machine;

    Attention(
            Warnings warnings,
            DeviceCounts devices,
            Builds builds,
            Agents agents,
            BackendFailures failures,
            InstantSource clock,
            Overview.MachineSources machine) {
        this.warnings = warnings;
        this.devices = devices;
        this.builds = builds;
        this.agents = agents;
        this.failures = failures;
        this.clock = clock;
        this.machine = machine;
    }

    /**
     * @param rollouts the rollouts visible to the caller
     * @param addresses why devices are given addresses that don't work
     */
    List<AttentionItemView> of(
            Caller caller, List<RolloutSummary> rollouts, List<Sentence> addresses) {
        var items = new ArrayList<AttentionItemView>();
        if (caller.admin()) {
            scarce(items);
            Sentence trouble = machine.backups().trouble();
            if (trouble != null) {
                items.add(AttentionItemView.of("backup-late", trouble));
            }
            for (CertificateFinding each : machine.certificate().get()) {
                items.add(AttentionItemView.of("certificate", each.what()));
            }
        }
        rollouts.stream()
                .filter(Attention::stopped)
                .limit(MOST)
                .map(Attention::halted)
                .forEach(items::add);
        quarantined(caller, items);
        contested(caller, items);
        failing(caller, items);
        for (Warnings.Warning each : warnings.of(caller)) {
            String account = each.account().isEmpty() ? null : each.account();
            items.add(AttentionItemView.about(each.kind(), each.text(), account, null, null));
        }
        for (Sentence text : addresses) {
            items.add(AttentionItemView.of("device-address", text));
        }
        return items;
    }

    // First: when nothing can be stored, nothing else can be settled either. Two folders with the
    // same figures are on one disk.
    private void scarce(List<AttentionItemView> items) {
        var seen = new HashSet<List<Long>>();
        for (DiskSpace.FolderSpace each : machine.disks().folders()) {
            boolean known = !seen.add(List.of(each.freeBytes(), each.totalBytes()));
            // The system page shows one that does not answer; nobody can make room on it.
            if (known || each.room().compareTo(DiskSpace.Room.UNKNOWN) <= 0) {
                continue;
            }
            boolean full = each.room() == DiskSpace.Room.FULL;
            boolean data = each.use() == DiskSpace.Use.DATA;
            long left = each.freeBytes() / 1_000_000;
            var text =
                    new Sentence(
                            (data ? "数据目录" : "固件目录")
                                    + "所在的磁盘"
                                    + (full ? "已满" : "快满了")
                                    + "，只剩 "
                                    + left
                                    + " MB",
                            "The disk of the "
                                    + (data ? "data" : "firmware")
                                    + " folder is "
                                    + (full ? "full" : "nearly full")
                                    + ": "
                                    + left
                                    + " MB left");
            items.add(AttentionItemView.of("disk-low", text));
        }
    }

    private static boolean stopped(RolloutSummary rollout) {
        return rollout.status().equals("HALTED") || rollout.gates().stopped() > 0;
    }

    private static AttentionItemView halted(RolloutSummary rollout) {
        boolean whole = rollout.status().equals("HALTED");
        String zh = whole ? "升级任务已自动停止" : "升级任务已对部分设备停止";
        String en = whole ? "The rollout has halted" : "The rollout has halted for some devices";
        Sentence why = whole ? rollout.gates().verdict() : null;
        Sentence text =
                why == null
                        ? new Sentence(zh + "，等待您的决定", en + " and is waiting for your decision")
                        : new Sentence(zh + "：" + why.zh(), en + ": " + why.en());
        return AttentionItemView.about("rollout-halted", text, rollout.id(), rollout.name(), null);
    }

    private void quarantined(Caller caller, List<AttentionItemView> items) {
        var wanted = new BuildQuery(null, null, null, null, true);
        long since = clock.millis() - NEWS_MS;
        for (Build build : builds.page(caller, wanted, null, ROLLOUTS)) {
            Build.Quarantine why = build.quarantine();
            if (why == null || why.at() < since || !Builds.owns(caller, build)) {
                continue;
            }
            String version = build.version().toString();
            var text =
                    new Sentence(
                            "固件 " + version + " 已停止推送：" + why.reason(),
                            "Build " + version + " is no longer offered: " + why.reason());
            items.add(
                    AttentionItemView.about(
                            "build-quarantined",
                            text,
                            build.id(),
                            version,
                            Instant.ofEpochMilli(why.at())));
        }
    }

    // By the network that they came from: all of one are undone together.
    private void contested(Caller caller, List<AttentionItemView> items) {
        for (var each : devices.contested(caller.accountId(), MOST)) {
            long some = each.devices();
            String from = each.from();
            var text =
                    new Sentence(
                            "来自 " + from + " 的 " + some + " 台未证实设备与别的设备用同一个 MAC 或序列号",
                            some
                                    + " unproven from "
                                    + from
                                    + " have the same MAC or serial number as other devices");
            items.add(AttentionItemView.devices("device-contested", text, from, each.mac()));
        }
    }

    private void failing(Caller caller, List<AttentionItemView> items) {
        int shown = 0;
        for (BackendFailures.Failure failure : failures.of(caller.accountId())) {
            Optional<Agent> agent = agents.find(caller.accountId(), failure.agentId());
            if (agent.isEmpty() || shown == MOST) {
                continue;
            }
            shown++;
            String name = agent.get().persona().agentName();
            var text =
                    new Sentence(
                            "智能体“" + name + "”的语音后端无法接通：请测试连接",
                            "The voice backend of “" + name + "” can't be reached: test it");
            items.add(
                    AttentionItemView.about(
                            "backend-failing",
                            text,
                            failure.agentId(),
                            name,
                            Instant.ofEpochMilli(failure.at())));
        }
    }
}
