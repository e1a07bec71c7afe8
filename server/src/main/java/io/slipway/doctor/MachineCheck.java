package io.slipway.doctor;

import io.slipway.cluster.ClusterClock;
import io.slipway.cluster.Node;
import io.slipway.cluster.Nodes;
import io.slipway.cluster.Nodes.LiveNode;
import io.slipway.doctor.DoctorFinding.Grade;
import io.slipway.files.DiskSpace;
import io.slipway.sql.Database;
import io.slipway.sql.DatabaseConfig;
import io.slipway.sql.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Looks at the machine that the server runs on: files, disk, clock, database, supervision. */
public final class MachineCheck {

    private static final Set<PosixFilePermission> OTHERS =
            Set.of(
                    PosixFilePermission.GROUP_READ,
                    PosixFilePermission.GROUP_WRITE,
                    PosixFilePermission.OTHERS_READ,
                    PosixFilePermission.OTHERS_WRITE);

    /** Control groups of services and containers; a terminal's ends with {@code .scope}. */
    private static final Pattern SUPERVISED =
            Pattern.compile("(?m)\\.service$|docker|containerd|kubepods|libpod|lxc|launchd$");

    private static final Pattern DESCRIPTORS = Pattern.compile("Max open files\\s+(\\d+)");

    /** For 100,000 check-ins within a minute (docs/security.md). */
    private static final long MANY_DESCRIPTORS = 20_000;

    private final DatabaseConfig config;
    private final @Nullable Path firmware;
    private final boolean fleet;
    private final DoctorReport report = new DoctorReport();

    private MachineCheck(DatabaseConfig config, @Nullable Path firmware, boolean fleet) {
        this.config = config;
        this.firmware = firmware;
        this.fleet = fleet;
    }

    /**
     * Looks at everything once. The server may be running.
     *
     * @param firmware the folder of the images; null if they are elsewhere
     * @param fleet whether many devices depend on it
     * @param now of this machine's clock
     * @param built when this version was built: no correct clock shows anything earlier
     */
    public static List<DoctorFinding> run(
            DatabaseConfig config,
            @Nullable Path firmware,
            boolean fleet,
            Instant now,
            Instant built) {
        var check = new MachineCheck(config, firmware, fleet);
        check.clock(now, built);
        if (Files.isDirectory(config.folder())) {
            check.permissions();
            check.disk();
            check.database();
        } else {
            check.report.note(
                    "数据目录 " + config.folder() + " 不存在",
                    "there is no data folder " + config.folder(),
                    "请在启动服务器的目录中运行，或先启动一次",
                    "run this where the server is started, or start it once");
        }
        check.process();
        return check.report.findings();
    }

    private void clock(Instant now, Instant built) {
        if (now.isBefore(built)) {
            report.harm(
                    "系统时间早于本程序的构建时间：" + now,
                    "this machine's clock is before this program was built: " + now,
                    "校准时间并启用 NTP（timedatectl set-ntp true）",
                    "set it, and switch NTP on (timedatectl set-ntp true)");
        } else {
            report.fine("系统时间可信", "the clock is plausible");
        }
    }

    private void permissions() {
        try (Stream<Path> files = Files.list(config.folder())) {
            List<String> open =
                    Stream.concat(Stream.of(config.folder()), files)
                            .filter(MachineCheck::open)
                            .map(Path::toString)
                            .sorted()
                            .toList();
            if (open.isEmpty()) {
                report.fine("数据文件只有本用户可读", "only this user can read the data files");
            } else {
                String some = String.join(", ", open.subList(0, Math.min(3, open.size())));
                report.harm(
                        "其他用户可以读写 " + some,
                        "other users of this machine can read or write " + some,
                        "运行 chmod -R go-rwx " + config.folder(),
                        "run chmod -R go-rwx " + config.folder());
            }
        } catch (IOException e) {
            report.harm(
                    "读不了数据目录（" + e.getMessage() + "）",
                    "the data folder can't be read (" + e.getMessage() + ")",
                    "请以运行服务器的用户运行本命令",
                    "run this as the user that runs the server");
        }
    }

    private static boolean open(Path path) {
        try {
            return Files.getPosixFilePermissions(path).stream().anyMatch(OTHERS::contains);
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    private void disk() {
        DiskSpace.Room room = new DiskSpace(config.folder(), firmware).worst();
        switch (room) {
            case OK -> report.fine("磁盘空间充足", "there is room on the disk");
            case LOW ->
                    report.note(
                            "磁盘空间不多",
                            "the disk is getting full",
                            "清理或扩容：满了以后绑定和升级都会失败",
                            "make room: once it is full, binding and updates fail");
            case UNKNOWN ->
                    report.harm(
                            "数据或固件所在的文件系统没有应答",
                            "the file system of the data or the firmware does not answer",
                            "检查网络挂载",
                            "check the network mount");
            case FULL ->
                    report.harm(
                            "磁盘已满",
                            "the disk is full",
                            "立即清理：绑定和升级正在失败",
                            "make room now: binding and updates are failing");
        }
    }

    private void database() {
        try {
            if (Database.missing(config)) {
                report.note(
                        "还没有数据库", "there is no database yet", "先启动一次服务器", "start the server once");
            } else {
                opened();
            }
        } catch (StoreException | IllegalStateException e) {
            report.harm(
                    "数据库打不开（" + e.getMessage() + "）",
                    "the database can't be opened (" + e.getMessage() + ")",
                    "检查数据库服务、database.* 设置，或从备份恢复",
                    "check the database server, the settings database.*, or restore a backup");
        }
    }

    private void opened() {
        try (Database database = Database.open(config)) {
            database.ping();
            Database.DatabaseInfo info = database.info();
            String name = info.product() + " " + info.version();
            report.fine("数据库有应答：" + name, "the database answers: " + name);
            nodes(database);
        }
    }

    private void nodes(Database database) {
        if (!database.postgres()) {
            if (fleet) {
                report.note(
                        "只有一个节点（SQLite）",
                        "there is a single node (SQLite)",
                        "它停机时设备无法联网：大量设备请用 PostgreSQL 和两个以上节点",
                        "devices get no answer while it is down: for a fleet use PostgreSQL and two"
                                + " or more nodes");
            }
            return;
        }
        List<LiveNode> alive = new Nodes(database, new Node("00000000", "")).alive();
        for (LiveNode node : alive) {
            if (Math.abs(node.skewMs()) > ClusterClock.SKEW.toMillis()) {
                report.harm(
                        "节点 " + node.name() + " 的时钟差 " + node.skewMs() + " ms",
                        "the clock of node " + node.name() + " is off by " + node.skewMs() + " ms",
                        "在该机器上启用 NTP",
                        "switch NTP on, on that machine");
            }
        }
        if (fleet && alive.size() < 2) {
            report.note(
                    "在线节点数：" + alive.size(),
                    "live nodes: " + alive.size(),
                    "运行两个以上节点，一个停机时另一个继续应答",
                    "run two or more, so that one answers while another is down");
        } else {
            report.fine("在线节点数：" + alive.size(), "live nodes: " + alive.size());
        }
    }

    private void process() {
        Optional<ProcessHandle> running =
                ProcessHandle.allProcesses().filter(MachineCheck::isServer).findFirst();
        if (running.isEmpty()) {
            report.note(
                    "本机没有看到正在运行的服务器",
                    "no running server is seen on this machine",
                    "用 ./slipway run 启动；在容器中运行时可忽略",
                    "start it with ./slipway run; in a container this can be ignored");
            return;
        }
        supervised(running.get());
        descriptors(running.get());
    }

    private static boolean isServer(ProcessHandle process) {
        return process.info()
                .commandLine()
                .map(line -> line.contains("slipway.jar run"))
                .orElse(false);
    }

    private void supervised(ProcessHandle server) {
        if (server.pid() == 1 || SUPERVISED.matcher(group(server)).find()) {
            report.fine("服务器有进程守护", "the server is supervised");
            return;
        }
        report.add(
                fleet ? Grade.HARM : Grade.NOTE,
                "服务器没有进程守护",
                "nothing restarts the server if it ends",
                "用 systemd 或容器的自动重启运行（见 docs/install.md）",
                "run it by systemd, or in a container that restarts (docs/install.md)");
    }

    private static String group(ProcessHandle server) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(server.pid()), "cgroup"));
        } catch (IOException e) {
            // Not Linux: only the parent tells.
            return server.parent().flatMap(parent -> parent.info().command()).orElse("");
        }
    }

    private void descriptors(ProcessHandle server) {
        Path limits = Path.of("/proc", Long.toString(server.pid()), "limits");
        if (!fleet || !Files.isReadable(limits)) {
            return;
        }
        try {
            Matcher found = DESCRIPTORS.matcher(Files.readString(limits));
            if (found.find() && Long.parseLong(found.group(1)) < MANY_DESCRIPTORS) {
                report.note(
                        "服务器最多只能打开 " + found.group(1) + " 个文件和连接",
                        "the server may open only " + found.group(1) + " files and connections",
                        "设置 LimitNOFILE=65536（systemd）或 ulimit -n",
                        "set LimitNOFILE=65536 (systemd) or ulimit -n");
            }
        } catch (IOException e) {
            // It has just ended.
        }
    }
}
