package io.slipway.rollout.rules.gate;

import io.slipway.firmware.Scheme;
import io.slipway.rollout.rules.attempt.Stratum;
import io.slipway.rollout.rules.attempt.Tally;
import io.slipway.rollout.rules.gate.Verdict.GateReason;
import io.slipway.rollout.rules.gate.Verdict.Move;
import io.slipway.text.Sentence;
import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import java.util.TreeSet;

/** The gates' verdicts in words, one sentence each. */
final class VerdictText {

    private VerdictText() {}

    static Verdict crashed(StratumReport r, Tally total) {
        return verdict(
                Move.HALT,
                GateReason.CANARY_CRASHED,
                r,
                "最先装上的设备中有 %d 台崩溃或退回旧固件".formatted(total.crashed()),
                "%d of the first devices crashed or rolled back".formatted(total.crashed()));
    }

    static Verdict failing(StratumReport r, double failures, double n, double lower, Gate gate) {
        return verdict(
                Move.HALT,
                GateReason.TOO_MANY_FAILURES,
                r,
                "%s/%s 台失败，失败率有 95%% 把握高于 %s（上限 %s）"
                        .formatted(
                                number(failures),
                                number(n),
                                percent(lower),
                                percent(gate.failureLimit())),
                ("%s of %s failed: the failure rate is above %s with 95%% confidence, the limit is"
                                + " %s")
                        .formatted(
                                number(failures),
                                number(n),
                                percent(lower),
                                percent(gate.failureLimit())));
    }

    static Verdict silent(StratumReport r, long silent, double share, double limit) {
        return verdict(
                Move.HALT,
                GateReason.TOO_MANY_SILENT,
                r,
                "%d 台下载后失联，占 %s（上限 %s）".formatted(silent, percent(share), percent(limit)),
                "%d devices did not come back after the download: %s; the limit is %s"
                        .formatted(silent, percent(share), percent(limit)));
    }

    static Verdict absent(StratumReport r) {
        long devices = r.absent().full();
        return verdict(
                Move.HALT,
                GateReason.CANARY_ABSENT,
                r,
                "%d 台金丝雀设备下载一小时后仍没有回到本服务器：这个固件可能连接到别处".formatted(devices),
                ("%d canaries did not come back to this server within an hour of their download:"
                                + " the build may lead devices to another server")
                        .formatted(devices));
    }

    static Verdict noCanary() {
        return new Verdict(
                Move.HOLD,
                GateReason.NEEDS_A_PERSON,
                new Sentence(
                        "固件可能连接到别处，须由金丝雀设备先试，但现在没有能试的金丝雀：请人工决定是否进入下一阶段",
                        "The build may lead devices to another server, so canaries must go first,"
                                + " but currently none can be updated: someone must decide"
                                + " whether to go on"));
    }

    static Verdict tooFew(StratumReport r, long needed) {
        Tally t = r.seen();
        long of = Math.min(r.members(), needed);
        return verdict(
                Move.HOLD,
                GateReason.UNDECIDED,
                r,
                "已有结论 %d/%d 台，另有 %d 台等待结果".formatted(t.decided(), of, r.stage().all().waiting()),
                "%d of %d are decided, %d more are pending"
                        .formatted(t.decided(), of, r.stage().all().waiting()));
    }

    static Verdict doubtful(StratumReport r, double upper, Gate gate) {
        Tally t = r.seen();
        return verdict(
                Move.HOLD,
                GateReason.UNDECIDED,
                r,
                "%d/%d 台失败，失败率可能高达 %s（上限 %s），需要更多结果"
                        .formatted(
                                t.outcomes().failed(),
                                t.decided(),
                                percent(upper),
                                percent(gate.failureLimit())),
                ("%d of %d failed: the failure rate may be as high as %s, the limit is %s; more"
                                + " results are needed")
                        .formatted(
                                t.outcomes().failed(),
                                t.decided(),
                                percent(upper),
                                percent(gate.failureLimit())));
    }

    static Verdict needsAPerson(StratumReport r, double upper, Gate gate) {
        Tally t = r.stage().all();
        return verdict(
                Move.HOLD,
                GateReason.NEEDS_A_PERSON,
                r,
                "全部 %d 台已有结论，其中 %d 台失败、%d 台未能下载，请人工决定（失败率上界 %s，上限 %s）"
                        .formatted(
                                r.members(),
                                t.outcomes().failed(),
                                t.undelivered(),
                                percent(upper),
                                percent(gate.failureLimit())),
                ("all %d are decided, %d failed and %d could not download: someone must decide"
                                + " (upper bound of the failure rate %s, limit %s)")
                        .formatted(
                                r.members(),
                                t.outcomes().failed(),
                                t.undelivered(),
                                percent(upper),
                                percent(gate.failureLimit())));
    }

    static Verdict soaking(StratumReport r, long until, long now) {
        String left = duration(until - now);
        return verdict(
                Move.HOLD,
                GateReason.SOAKING,
                r,
                "结果良好，再观察 " + left,
                "no problems; watched for another " + left);
    }

    static Verdict passed(StratumReport r, Tally t, double upper) {
        return verdict(
                Move.PROMOTE,
                GateReason.PASSED,
                r,
                "%d/%d 台成功，失败率上界 %s".formatted(t.outcomes().good(), t.decided(), percent(upper)),
                "%d of %d succeeded, the failure rate is at most %s"
                        .formatted(t.outcomes().good(), t.decided(), percent(upper)));
    }

    static Verdict empty(StratumReport r) {
        return verdict(
                Move.PROMOTE,
                GateReason.EMPTY,
                r,
                "本阶段没有这类设备，无需等待",
                "no such device in this stage: nothing to wait for");
    }

    static Verdict emptyStage() {
        return new Verdict(
                Move.PROMOTE,
                GateReason.EMPTY,
                new Sentence(
                        "没有设备属于本阶段，直接进入下一阶段",
                        "No devices in this stage: skipped, without any results"));
    }

    /**
     * @param empty groups without a device in this stage
     */
    static Verdict allPassed(long strata, long empty, Halts halts) {
        long paused = halts.paused().size();
        String zh = empty == 0 ? "" : "，%d 组在本阶段没有设备".formatted(empty);
        String en = empty == 0 ? "" : ", %d had no devices in this stage".formatted(empty);
        zh += paused == 0 ? "" : "，%d 组等待人工决定".formatted(paused);
        en += paused == 0 ? "" : ", %d are waiting for a decision".formatted(paused);
        int halted = halts.strata().size();
        return new Verdict(
                Move.PROMOTE,
                GateReason.PASSED,
                new Sentence(
                        "%d 组设备全部通过（另有 %d 组已停止%s）".formatted(strata, halted, zh),
                        "All %d groups of devices passed (%d have halted%s)"
                                .formatted(strata, halted, en)));
    }

    /** Because of devices of this many other accounts. */
    static Verdict others(StratumReport r, int accounts) {
        return verdict(
                Move.PAUSE,
                GateReason.OTHERS_FAILED,
                r,
                "%d 个其他账号的设备升级失败；这些设备的真假无法确认，请人工决定：不计它们继续，或停止这一类".formatted(accounts),
                ("devices of %d other accounts failed and can't be verified: someone must decide"
                                + " whether to go on without them or to halt this group")
                        .formatted(accounts));
    }

    static Verdict allPaused(int strata) {
        return new Verdict(
                Move.PAUSE,
                GateReason.OTHERS_FAILED,
                new Sentence(
                        "%d 组设备因其他账号的设备失败而暂停，请人工决定：不计它们继续，或停止".formatted(strata),
                        ("%d groups are paused because devices of other accounts failed: someone"
                                        + " must decide whether to go on without them or to halt")
                                .formatted(strata)));
    }

    static Verdict onlyLeftOut(long devices) {
        return new Verdict(
                Move.HOLD,
                GateReason.NEEDS_A_PERSON,
                new Sentence(
                        "本阶段只有 %d 台不计入的设备（绑定未证实，或晚于本任务），请人工决定是否进入下一阶段".formatted(devices),
                        ("This stage has only %d devices that do not count (binding not proven, or"
                                        + " newer than the rollout): someone must decide whether to go on")
                                .formatted(devices)));
    }

    static Verdict nobody() {
        return new Verdict(
                Move.HOLD,
                GateReason.UNDECIDED,
                new Sentence("还没有符合条件的设备", "No device matches yet"));
    }

    /**
     * @param all the combined tally of these boards
     */
    static Verdict everywhere(Collection<String> boards, Tally all) {
        String names = String.join(", ", new TreeSet<>(boards));
        long failed = all.outcomes().failed();
        long silent = all.silent();
        String zhSilent = silent == 0 ? "" : "、%d 台失联".formatted(silent);
        String enSilent = silent == 0 ? "" : " and %d did not come back".formatted(silent);
        return new Verdict(
                Move.HALT,
                GateReason.FAILS_EVERYWHERE,
                new Sentence(
                        "下载了固件的 %d 台中，%d 台崩溃、退回或没能启动%s；凡有结果的板型均已停止：%s"
                                .formatted(all.deliveries().delivered(), failed, zhSilent, names),
                        ("Of %d devices that downloaded it, %d crashed, rolled back or did not"
                                        + " start%s: halted on every board with results (%s)")
                                .formatted(all.deliveries().delivered(), failed, enSilent, names)));
    }

    static Verdict delivery(long missing, long tried, long streak) {
        return new Verdict(
                Move.PAUSE,
                GateReason.DELIVERY,
                new Sentence(
                        "%d/%d 台下载失败，连续失败 %d 次：请检查网络或下载地址，固件本身未见问题"
                                .formatted(missing, tried, streak),
                        ("%d of %d devices could not download it, %d failures in a row: check the"
                                        + " network and the download URL; there is no sign of a problem"
                                        + " with the build itself")
                                .formatted(missing, tried, streak)));
    }

    private static Verdict verdict(
            Move move, GateReason reason, StratumReport r, String zh, String en) {
        Stratum s = r.stratum();
        String group = String.join(" / ", s.board(), s.chip(), name(s.scheme()), s.from());
        return new Verdict(move, reason, new Sentence(group + "：" + zh, group + ": " + en));
    }

    private static String name(Scheme scheme) {
        return scheme.name().toLowerCase(Locale.ROOT);
    }

    private static String percent(double rate) {
        return String.format(Locale.ROOT, rate < 0.1 ? "%.2f %%" : "%.1f %%", rate * 100);
    }

    private static String number(double value) {
        return value == Math.rint(value)
                ? Long.toString((long) value)
                : String.format(Locale.ROOT, "%.1f", value);
    }

    private static String duration(long millis) {
        long minutes = Duration.ofMillis(millis).toMinutes() + 1;
        return minutes < 120 ? minutes + " min" : (minutes + 59) / 60 + " h";
    }
}
