package io.slipway.firmware;

import io.slipway.account.Caller;
import io.slipway.http.schema.Described;
import io.slipway.http.schema.Inlined;
import io.slipway.http.schema.Shape;
import io.slipway.protocol.firmware.ImageSignature;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A build, as shown in the console. */
record BuildView(
        @Inlined BuildNames names,
        @Inlined BuildMaking making,
        @Inlined BuildUse use,
        @Inlined BuildAccess access,
        @Described("制作者自己的软件物料清单；没有为 null · the maker's own bill of materials; null: none")
                @Nullable SbomView sbom,
        Instant createdAt,
        Instant updatedAt) {

    /**
     * Identity of the build, and the hardware it runs on.
     *
     * @param maxRevision null for no limit
     */
    record BuildNames(
            @Shape(pattern = Shape.ID) String id,
            String version,
            @Described(
                            "设备上报的，区分同版本的不同构建 · as devices report it; distinguishes builds of the"
                                    + " same version")
                    String elfSha256,
            String project,
            String chip,
            @Described("最低芯片版本：主版本 × 100 + 次版本 · minimum silicon revision: major × 100 + minor")
                    int minRevision,
            @Described("最高芯片版本；null 为不限 · maximum silicon revision; null: no limit")
                    @Nullable Integer maxRevision) {}

    /** How it was compiled, according to its image. */
    record BuildMaking(
            String idfVersion,
            String compileTime,
            @Described("字节 · bytes") long size,
            String sha256,
            @Described("自带校验 · whether it contains its own hash") boolean hashAppended,
            ImageSignature signature,
            @Described(
                            "固件里的 OTA 地址；没有找到则为空 · OTA addresses compiled into it; empty if none"
                                    + " was found")
                    @Shape(maxItems = 8, maxLength = 200)
                    List<String> addresses) {}

    /** The devices it is for, as entered by its owner. */
    record BuildUse(
            @Described(
                            "上传时其中之一指向本服务器；否则升级任务须确认 · whether one of them led to this server at"
                                    + " the time of upload; otherwise a rollout must be confirmed")
                    boolean leadsHome,
            List<Board> boards,
            @Described("适用的分区方案 · the partition scheme that it is built for") Scheme scheme,
            @Described("必须先升级到的版本 · versions that a device must have been updated to first")
                    List<String> floors,
            String notes,
            String channel,
            @Described(
                            "需要 PSRAM：上报没有 PSRAM 的设备不会收到 · requires PSRAM: not offered to devices"
                                    + " that report having none")
                    boolean needsPsram) {}

    /**
     * Who may use it and change it.
     *
     * @param quarantine null unless it is quarantined
     */
    record BuildAccess(
            @Nullable QuarantineView quarantine,
            @Described("同版本号的其他固件 · other builds of the same version") @Shape(pattern = Shape.ID)
                    List<String> sameVersion,
            @Described("管理员上传，人人可用 · uploaded by an administrator; everyone may use it")
                    boolean common,
            boolean mine,
            boolean editable) {}

    /** Why it is no longer offered to any device. */
    record QuarantineView(
            String reason,
            @Described("谁隔离的，空为服务器 · who quarantined it; empty: the server") String by,
            Instant at) {}

    /** A bill of materials: CycloneDX in JSON. */
    record SbomView(
            @Described("CycloneDX 的版本 · version of CycloneDX") String specVersion,
            @Described("列出的组件数 · how many components it lists") long components,
            @Described("字节 · bytes") long bytes,
            String sha256,
            Instant at) {

        static @Nullable SbomView of(@Nullable Sbom sbom) {
            return sbom == null
                    ? null
                    : new SbomView(
                            sbom.specVersion(),
                            sbom.components(),
                            sbom.bytes(),
                            sbom.sha256(),
                            Instant.ofEpochMilli(sbom.at()));
        }
    }

    static BuildView of(Caller caller, Build build, List<String> sameVersion, @Nullable Sbom sbom) {
        Build.ImageFacts facts = build.facts();
        ChipRange chips = facts.chips();
        Build.Details details = build.details();
        Build.Quarantine why = build.quarantine();
        return new BuildView(
                new BuildNames(
                        build.id(),
                        build.version().toString(),
                        build.elf(),
                        facts.project(),
                        chips.model(),
                        chips.minRevision(),
                        chips.maxRevision() == 0 ? null : chips.maxRevision()),
                new BuildMaking(
                        facts.compilation().idfVersion(),
                        facts.compilation().compileTime(),
                        build.size(),
                        build.sha256(),
                        facts.file().hashAppended(),
                        facts.file().signature(),
                        facts.addresses()),
                new BuildUse(
                        build.upload().leadsHome(),
                        details.boards(),
                        details.scheme(),
                        details.floors().stream().map(Object::toString).toList(),
                        details.notes(),
                        details.channel(),
                        details.needsPsram()),
                new BuildAccess(
                        why == null
                                ? null
                                : new QuarantineView(
                                        why.reason(), why.by(), Instant.ofEpochMilli(why.at())),
                        sameVersion,
                        build.upload().common(),
                        build.upload().accountId().equals(caller.accountId()),
                        Builds.owns(caller, build)),
                SbomView.of(sbom),
                Instant.ofEpochMilli(build.upload().at()),
                Instant.ofEpochMilli(build.updatedAt()));
    }
}
