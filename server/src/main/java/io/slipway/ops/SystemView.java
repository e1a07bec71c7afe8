package io.slipway.ops;

import io.slipway.files.DiskSpace;
import io.slipway.http.governor.EdgeLimit;
import io.slipway.http.governor.EdgeLimits;
import io.slipway.http.governor.Governor;
import io.slipway.http.schema.Described;
import io.slipway.http.schema.Inlined;
import io.slipway.http.schema.Shape;
import io.slipway.settings.SettingsInForce;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** This installation and its state. */
record SystemView(
        @Inlined ProgramState program,
        @Inlined StoreState store,
        HealthView health,
        JavaView java,
        @Described("客户端用了多少，最多多少 · what clients use, and may use") ClientsView clients,
        @Described(items = "本节点的一个目录 · a folder of this node") List<DiskView> disks,
        @Described("没有机密 · does not include secrets") Map<String, String> settings,
        SettingsStateView settingsState) {

    /** Which settings change without a restart, and which wait for one. */
    record SettingsStateView(
            @Described(items = "可在运行中更改的设置 · a setting that can change while the node runs")
                    List<String> changeable,
            @Described(
                            items =
                                    "改过、重启后才生效的设置 · a setting that was changed, which applies from"
                                            + " the next start")
                    List<String> waiting) {

        static SettingsStateView of(SettingsInForce settings) {
            return new SettingsStateView(settings.whileRunning(), settings.waiting());
        }
    }

    /** What came of reading the settings again. */
    record SettingsReadingView(
            @Described("读取的节点；其他节点各自读取 · the node whose result this is; the others read their own")
                    String node,
            @Described(items = "现在生效的设置 · a setting that has another value from now on")
                    List<String> applied,
            @Described(items = "重启后才生效的设置 · one that has another value from the next start")
                    List<String> waiting) {}

    /** The program on this node. */
    record ProgramState(String version, Instant startedAt, long uptimeSeconds) {}

    /** What is only in the database; null or empty if the database does not answer. */
    record StoreState(
            @Nullable EngineView engine,
            List<NodeView> nodes,
            @Described("所有节点的会话 · live sessions on all nodes") @Nullable Long sessions) {}

    /** The database. */
    record EngineView(String name, String version, long bytes) {}

    /** A live node. */
    record NodeView(
            String name,
            boolean self,
            long silentSeconds,
            @Described(
                            "本机时钟比数据库快多少毫秒 · how far the clock of its machine is ahead of the"
                                    + " database's, in ms")
                    long clockAheadMs) {}

    /** A folder that the server writes to. */
    record DiskView(
            @Described("数据目录，或固件目录 · the data folder, or that of firmware images")
                    @Shape(values = {"data", "firmware"})
                    String folder,
            long freeBytes,
            @Described("所在文件系统的大小 · size of its file system") long totalBytes,
            @Described(
                            "unknown：文件系统没有应答；low：少于 5%（至少 500 MB，至多 10 GB；很小的磁盘为四分之一）；full：少于 32 MB 或 1%"
                                    + " · unknown: its file system does not answer; low: below 5 %, at least 500 MB and at most 10 GB, a quarter"
                                    + " of a very small disk; full: below 32 MB or 1 %")
                    @Shape(values = {"ok", "unknown", "low", "full"})
                    String room) {

        static DiskView of(DiskSpace.FolderSpace folder) {
            return new DiskView(
                    folder.use().name().toLowerCase(Locale.ROOT),
                    folder.freeBytes(),
                    folder.totalBytes(),
                    folder.room().name().toLowerCase(Locale.ROOT));
        }
    }

    /** Health. */
    record HealthView(
            boolean database,
            boolean draining,
            @Described("收到了其他节点的全部消息 · whether it has received all messages of the other nodes")
                    boolean busCurrent,
            @Described(
                            "时钟可信：已校准，且一小时内没有被拨动超过一小时 · whether the clock can be trusted: it is"
                                    + " set, and was not changed by over an hour within the last"
                                    + " hour")
                    boolean clockSteady,
            @Described("各节点时钟相差不超过 5 秒 · whether the nodes' clocks agree within 5 s")
                    boolean clocksAgree) {}

    /** What clients use of this node and may use, and what they were refused. */
    record ClientsView(
            long connections,
            long mostConnections,
            @Described("其中的 WebSocket · WebSockets among them") long sockets,
            @Described("处理中的请求体占用的内存 · memory of bodies whose request is not answered yet")
                    long bodyBytes,
            long mostBodyBytes,
            @Described("启动以来拒绝了什么 · what was refused since the start")
                    List<AppliedLimitView> refused) {

        static ClientsView of(Governor governor, boolean chinese) {
            EdgeLimits limits = governor.limits();
            return new ClientsView(
                    governor.connections(),
                    limits.connections().most(),
                    governor.sockets(),
                    governor.bodyBytes(),
                    limits.memory().console(),
                    Arrays.stream(EdgeLimit.values())
                            .map(each ->
                                    new AppliedLimitView(
                                            each.name().toLowerCase(Locale.ROOT),
                                            each.text(chinese),
                                            governor.counted(each)))
                            .toList());
        }
    }

    /** A limit, and how often it was applied. */
    record AppliedLimitView(String limit, @Described("用人话说 · in words") String text, long count) {}

    /** The Java runtime. */
    record JavaView(String version, int processors, long usedBytes, long maxBytes) {

        static JavaView now() {
            Runtime runtime = Runtime.getRuntime();
            return new JavaView(
                    Runtime.version().toString(),
                    runtime.availableProcessors(),
                    runtime.totalMemory() - runtime.freeMemory(),
                    runtime.maxMemory());
        }
    }
}
