package io.slipway.overview;

import io.slipway.account.Access;
import io.slipway.activation.ActivationModule;
import io.slipway.agent.AgentModule;
import io.slipway.backup.BackupSchedule;
import io.slipway.base.Base;
import io.slipway.cluster.Presence;
import io.slipway.device.seen.DeviceCounts;
import io.slipway.files.DiskSpace;
import io.slipway.firmware.FirmwareModule;
import io.slipway.http.certificate.CertificateFiles;
import io.slipway.http.edge.Edge;
import io.slipway.reach.AddressCheck;
import io.slipway.rollout.RolloutModule;
import io.slipway.session.Sessions;
import java.util.List;

/** Assembles the feature. */
public final class OverviewModule {

    /** The data sources. */
    public record Needs(
            Presence presence,
            AgentModule agent,
            ActivationModule activation,
            FirmwareModule firmware,
            RolloutModule rollout,
            Sessions sessions,
            DiskSpace disks,
            AddressCheck reach,
            BackupSchedule backups) {}

    private OverviewModule() {}

    /** Registers the routes of the overview. */
    public static void install(
            Edge edge, OverviewConfig config, Base base, Access access, Needs needs) {
        var overview =
                new Overview(
                        new Overview.Sources(
                                base.clock(),
                                new Overview.DeviceSources(
                                        new DeviceCounts(base.database()),
                                        needs.presence(),
                                        needs.activation().nearby(),
                                        needs.activation().activations().warnings()),
                                new Overview.UpdateSources(
                                        needs.rollout().open(), needs.firmware().builds()),
                                new Overview.VoiceSources(
                                        needs.agent().agents(), needs.sessions().failures()),
                                access.accounts()::zone,
                                config,
                                new Overview.MachineSources(
                                        needs.disks(),
                                        needs.backups(),
                                        () ->
                                                edge.certificate()
                                                        .map(CertificateFiles::pressing)
                                                        .orElse(List.of()))));
        new OverviewRoutes(access.accounts(), overview, needs.reach(), base.clock()).install(edge);
    }
}
