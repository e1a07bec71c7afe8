package io.slipway.overview;

import io.slipway.account.Caller;
import io.slipway.activation.Nearby;
import io.slipway.activation.Warnings;
import io.slipway.agent.Agents;
import io.slipway.backup.BackupSchedule;
import io.slipway.base.Zones;
import io.slipway.cluster.Presence;
import io.slipway.device.seen.DeviceCounts;
import io.slipway.files.DiskSpace;
import io.slipway.firmware.Builds;
import io.slipway.http.Peer;
import io.slipway.http.certificate.CertificateFinding;
import io.slipway.overview.OverviewView.RolloutSummaryView;
import io.slipway.rollout.grant.OpenRollouts;
import io.slipway.rollout.grant.OpenRollouts.RolloutSummary;
import io.slipway.session.BackendFailures;
import io.slipway.sql.StoreException;
import io.slipway.text.Sentence;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Figures for an account, or for all of them for an administrator, read through the other features.
 * Counts of devices are up to a minute old, because counting a million takes up to half a second
 * ({@link AnswerCache}); what is online, waiting, running or failing is read each time.
 * Thread-safe; calls block.
 */
public final class Overview {

    private static final int SERIES = 10;

    /**
     * The data sources.
     *
     * @param zones the number of an account's own zone
     */
    public record Sources(
            InstantSource clock,
            DeviceSources devices,
            UpdateSources updates,
            VoiceSources voice,
            ToIntFunction<String> zones,
            OverviewConfig config,
            MachineSources machine) {}

    /** Of the machine that the server runs on, for administrators. */
    public record MachineSources(
            DiskSpace disks,
            BackupSchedule backups,
            Supplier<List<CertificateFinding>> certificate) {}

    /** Of devices, bound or not. */
    public record DeviceSources(
            DeviceCounts counts, Presence presence, Nearby nearby, Warnings warnings) {}

    /** Of updates. */
    public record UpdateSources(OpenRollouts rollouts, Builds builds) {}

    /** Of agents. */
    public record VoiceSources(Agents agents, BackendFailures failures) {}

    private record FigureKey(String what, @Nullable String accountId, int number) {}

    private record Counts(long devices, long today, long at) {}

    private record Kinds(List<DeviceCounts.ValueCount> counts) {}

    private final Sources sources;
    private final Attention attention;
    private final AnswerCache<FigureKey> answers;

    public Overview(Sources sources) {
        this.sources = sources;
        this.attention =
                new Attention(
                        sources.devices().warnings(),
                        sources.devices().counts(),
                        sources.updates().builds(),
                        sources.voice().agents(),
                        sources.voice().failures(),
                        sources.clock(),
                        sources.machine());
        this.answers = new AnswerCache<>(sources.clock());
    }

    /**
     * @param peer where the request came from
     * @param addresses why devices are given addresses that don't work
     */
    OverviewView of(Caller caller, Peer peer, List<Sentence> addresses) {
        String scope = scope(caller);
        int zone = sources.zones().applyAsInt(caller.accountId());
        var key = new FigureKey("counts", scope, zone);
        Counts counts = answers.get(key, Counts.class, () -> counts(scope, zone));
        List<RolloutSummary> rollouts = sources.updates().rollouts().of(caller, Attention.ROLLOUTS);
        return new OverviewView(
                counts.devices(),
                online(scope),
                counts.today(),
                waiting(caller, peer),
                Instant.ofEpochMilli(counts.at()),
                rollouts.stream()
                        .limit(OverviewView.SHOWN_ROLLOUTS)
                        .map(RolloutSummaryView::of)
                        .toList(),
                attention.of(caller, rollouts, addresses));
    }

    private static @Nullable String scope(Caller caller) {
        return caller.admin() ? null : caller.accountId();
    }

    // Today is the current day in the caller's time zone.
    private Counts counts(@Nullable String scope, int number) {
        long now = sources.clock().millis();
        ZoneId zone = Zones.of(number, sources.config().zone());
        LocalDate today = LocalDate.ofInstant(Instant.ofEpochMilli(now), zone);
        long since = today.atStartOfDay(zone).toInstant().toEpochMilli();
        return new Counts(
                sources.devices().counts().all(scope),
                sources.devices().counts().seen(scope, since),
                now);
    }

    private @Nullable Long online(@Nullable String scope) {
        try {
            return scope == null
                    ? sources.devices().presence().count()
                    : sources.devices().presence().count(scope);
        } catch (StoreException e) {
            // The rest is useful without it.
            return null;
        }
    }

    private long waiting(Caller caller, Peer peer) {
        return caller.admin()
                ? sources.devices().nearby().everywhere()
                : sources.devices().nearby().of(peer).map(List::size).orElse(0);
    }

    /** How many devices there are of each board or version, the most frequent first. */
    List<DeviceCounts.ValueCount> kinds(Caller caller, DeviceCounts.CountedBy what, int most) {
        String scope = scope(caller);
        var key = new FigureKey("kinds " + what, scope, most);
        return answers.get(
                        key,
                        Kinds.class,
                        () -> new Kinds(sources.devices().counts().by(scope, what, most)))
                .counts();
    }

    /** Check-ins of all accounts by the hour, up to now. */
    DeviceCounts.Hours checkIns(DeviceCounts.CountedBy what, int days) {
        var key = new FigureKey("check-ins " + what, null, days);
        return answers.get(
                key,
                DeviceCounts.Hours.class,
                () ->
                        sources.devices()
                                .counts()
                                .checkIns(what, sources.clock().millis(), days * 24, SERIES));
    }
}
