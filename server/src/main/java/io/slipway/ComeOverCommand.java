package io.slipway;

import io.slipway.account.AccountModule;
import io.slipway.account.Accounts;
import io.slipway.account.Audit;
import io.slipway.account.Newcomers;
import io.slipway.activation.Preregistrations;
import io.slipway.agent.Agents;
import io.slipway.agent.Backend;
import io.slipway.agent.BackendAddresses;
import io.slipway.cluster.Bus;
import io.slipway.comeover.ComeOver;
import io.slipway.comeover.ComeOverCounts;
import io.slipway.comeover.ComeOverItem;
import io.slipway.comeover.ComeOverItem.ItemKind;
import io.slipway.comeover.ComeOverItem.ItemOutcome;
import io.slipway.comeover.ComeOverOrder;
import io.slipway.comeover.ForeignAddress;
import io.slipway.comeover.ForeignServer;
import io.slipway.files.PrivateFiles;
import io.slipway.http.Problem;
import io.slipway.keys.Keyring;
import io.slipway.keys.MasterKey;
import io.slipway.reach.LocalAddresses;
import io.slipway.sql.DataFolder;
import io.slipway.sql.Database;
import io.slipway.sql.DatabaseSnapshot;
import io.slipway.sql.Ids;
import io.slipway.sql.Schema;
import io.slipway.sql.StoreException;
import io.slipway.text.Csv;
import io.slipway.text.Printable;
import io.slipway.text.Sentence;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code import}: its options, what it says, and the lists that it writes. */
final class ComeOverCommand {

    private static final int BAD_OPTIONS = 2;

    /** Some rows were refused; the others were taken. */
    private static final int INCOMPLETE = 3;

    private static final Set<String> SWITCHES = Set.of("--users", "--without-chats", "--write");
    private static final Set<String> NAMED =
            Set.of(
                    "--from",
                    "--user",
                    "--password-file",
                    "--into",
                    "--source",
                    "--only",
                    "--zone",
                    "--backend",
                    "--address",
                    "--list",
                    "--report",
                    "--passwords");

    private static final String USAGE =
            """
            slipway: import xinnan|joey --from jdbc:mariadb://HOST/DATABASE (or jdbc:mysql://…)
                --user U --password-file F   who may read that database
                --into NAME                  everything into this account, or
                --users --passwords FILE     an account for each user, with new passwords in FILE
                --source NAME                your own name for that server, always the same: needed
                                             with --users, or for a second server into one account
                --only NAME                  only what belongs to this user there
                --without-chats              no chat texts
                --zone Asia/Shanghai         time zone of that server
                --backend ws://…             voice backend of the agents
                --address http://…/v1/ota/   the address that devices will get
                --list FILE                  a table of the devices with this address, to print
                --report FILE                a table of all rows and what became of them
                --write                      do it; without, it only says what it would do\
            """;

    private final PrintStream out;
    private final PrintStream err;

    ComeOverCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    int run(String[] arguments, Config config, InstantSource clock) {
        @Nullable Map<String, String> given = CommandOptions.read(arguments, true, NAMED, SWITCHES);
        @Nullable ComeOverOrder order = given == null ? null : order(given, config);
        if (given == null || order == null) {
            err.println(USAGE);
            return BAD_OPTIONS;
        }
        if (order.write() && !config.database().postgres()) {
            // What a running server has in memory would not know of it.
            try (DataFolder _ = DataFolder.lock(config.dataFolder())) {
                return run(order, given, config, clock);
            }
        }
        return run(order, given, config, clock);
    }

    // Null if the options are wrong.
    private @Nullable ComeOverOrder order(Map<String, String> given, Config config) {
        @Nullable ForeignServer server =
                ForeignServer.named(given.getOrDefault("", "")).orElse(null);
        String url = given.getOrDefault("--from", "");
        String into = given.getOrDefault("--into", "");
        String source = given.getOrDefault("--source", "");
        boolean users = given.containsKey("--users");
        // Two servers may have users of the same name and time, made when they were installed.
        boolean named = users || given.containsKey("--source");
        boolean write = given.containsKey("--write");
        boolean passwords = given.containsKey("--passwords");
        if (server == null
                || !ForeignAddress.valid(url)
                || users != into.isEmpty()
                || (users && write && !passwords)
                || (passwords && !users)
                || (named && !ComeOverOrder.validSource(source))) {
            return null;
        }
        @Nullable String option = ForeignAddress.refusedOption(url).orElse(null);
        if (option != null) {
            err.println(
                    ForeignAddress.secret(option)
                            ? "slipway: "
                                    + option
                                    + " 不写在 --from 里：请用 --user 和 --password-file / "
                                    + option
                                    + " does not belong into --from: use --user and"
                                    + " --password-file"
                            : "slipway: --from 不接受选项 "
                                    + Printable.marked(option)
                                    + " / --from does not take the option "
                                    + Printable.marked(option));
            return null;
        }
        try {
            String backend = given.getOrDefault("--backend", "");
            if (!backend.isEmpty()) {
                new BackendAddresses(() -> config.agent().privateBackends()).check(backend);
            }
            String zone = given.getOrDefault("--zone", config.checkIn().zone().getId());
            return new ComeOverOrder(
                    new ForeignAddress(
                            server,
                            url,
                            given.getOrDefault("--user", ""),
                            CommandOptions.password(given.get("--password-file"))),
                    source,
                    into,
                    given.getOrDefault("--only", ""),
                    ZoneId.of(zone),
                    write,
                    !given.containsKey("--without-chats"),
                    config.history().kept(),
                    backend.isEmpty()
                            ? new Backend.Echo()
                            : new Backend.Relay(backend, "", 0, false));
        } catch (DateTimeException e) {
            err.println("slipway: 没有这个时区 no such time zone: " + given.get("--zone"));
            return null;
        } catch (Problem e) {
            err.println("slipway: " + e.message(true) + " / " + e.message(false));
            return null;
        }
    }

    private int run(
            ComeOverOrder order, Map<String, String> given, Config config, InstantSource clock) {
        if (Database.missing(config.database())) {
            throw unclaimed();
        }
        if (!order.write()) {
            requireNewest(config);
        }
        String address = given.getOrDefault("--address", otaAddress(config));
        try (Database database = Database.open(config.database());
                ListFile list = ListFile.of(given.get("--list"));
                ListFile report = ListFile.of(given.get("--report"));
                ListFile passwords = ListFile.secret(given.get("--passwords"))) {
            if (AccountModule.administrators(database).isEmpty()) {
                throw unclaimed();
            }
            list.line("账号 account", "MAC", "名称 name", "智能体 agent", "板型 board", "新地址 new address");
            report.line("种类 kind", "账号 account", "id", "名称 name", "结果 outcome", "说明 reason");
            var ids = new Ids(clock);
            try (var newcomers = new Newcomers(database, ids, clock)) {
                var needs = needs(database, ids, clock, config, newcomers);
                var comeOver =
                        new ComeOver(
                                needs,
                                order,
                                item -> tell(item, order, list, report, address),
                                passwords::password);
                ComeOverCounts counts = comeOver.run();
                summary(order, counts);
                list.flush();
                report.flush();
                next(order, given, address);
                return counts.refused() ? INCOMPLETE : 0;
            }
        } catch (IOException e) {
            throw new IllegalStateException("a list can't be written: " + e, e);
        }
    }

    // Opening it would change its tables, maybe under an older server that runs.
    private static void requireNewest(Config config) {
        @Nullable Integer version;
        try (var snapshot = DatabaseSnapshot.open(config.database())) {
            version = snapshot.version();
        }
        if (version == null) {
            throw unclaimed();
        }
        if (version < Schema.newest()) {
            throw new StoreException(
                    "数据库还是旧版本（"
                            + version
                            + "，这里是 "
                            + Schema.newest()
                            + "）：请先启动这个版本的服务器 / the database is of an older version ("
                            + version
                            + ", not "
                            + Schema.newest()
                            + "): start this version's server first",
                    null);
        }
    }

    private static StoreException unclaimed() {
        return new StoreException(
                "这里还没有管理员：请先启动 Slipway 并注册第一个用户 / there is no administrator here yet: start"
                        + " Slipway and register the first user",
                null);
    }

    private static ComeOver.Needs needs(
            Database database, Ids ids, InstantSource clock, Config config, Newcomers newcomers) {
        var master = MasterKey.of(config.keys(), config.dataFolder(), Keyring.sealed(database));
        var audit = new Audit(database, ids, clock);
        var accounts = new Accounts(database, clock, () -> null);
        // Nobody here listens, and other nodes have nothing in memory of what is new.
        var agents =
                new Agents(
                        config::agent,
                        database,
                        new Bus.Local(),
                        ids,
                        clock,
                        accounts,
                        audit,
                        master);
        var preregistrations =
                new Preregistrations(
                        database, ids, clock, config::activation, agents, audit, master);
        return new ComeOver.Needs(database, ids, clock, newcomers, agents, preregistrations);
    }

    private static String otaAddress(Config config) {
        String url = config.http().publicUrl();
        int port = config.http().port();
        String base =
                url.isEmpty()
                        ? LocalAddresses.of(config.http()).stream()
                                .findFirst()
                                .map(each -> each.base(port))
                                .orElse("http://localhost:" + port)
                        : url;
        return base + "/v1/ota/";
    }

    private void tell(
            ComeOverItem item,
            ComeOverOrder order,
            ListFile list,
            ListFile report,
            String address) {
        Sentence reason = item.reason();
        String why = reason == null ? "" : reason.zh() + " / " + reason.en();
        report.line(
                word(item.kind()),
                item.account(),
                item.id(),
                item.name(),
                word(item.outcome(), order.write()),
                why);
        boolean refused = item.outcome() == ItemOutcome.REFUSED;
        if (item.kind() == ItemKind.DEVICE && !refused) {
            list.line(item.account(), item.id(), item.name(), item.agent(), item.board(), address);
        }
        // Of lines there may be millions: their reasons are summed up.
        boolean shown = refused || (item.outcome() == ItemOutcome.ADDED && reason != null);
        if (shown && item.kind() != ItemKind.LINE) {
            out.println(
                    (refused ? "  未导入 not taken: " : "  注意 note: ")
                            + word(item.kind())
                            + " "
                            + Printable.marked(item.id())
                            + (item.name().isEmpty() || item.name().equals(item.id())
                                    ? ""
                                    : " " + Printable.marked(item.name()))
                            + ": "
                            + why);
        }
    }

    private static String word(ItemKind kind) {
        return kind.word().zh() + " " + kind.word().en();
    }

    private static String word(ItemOutcome outcome, boolean written) {
        return switch (outcome) {
            case ADDED -> written ? "新增 added" : "将新增 to be added";
            case THERE -> "已有 here already";
            case REFUSED -> "未导入 not taken";
        };
    }

    private void summary(ComeOverOrder order, ComeOverCounts counts) {
        out.println(
                order.from().server().word()
                        + " "
                        + order.from()
                        + (order.into().isEmpty() ? "" : " → " + order.into()));
        for (ItemKind kind : ItemKind.values()) {
            if ((kind == ItemKind.USER && !order.into().isEmpty())
                    || (kind == ItemKind.LINE && !order.chats())) {
                continue;
            }
            var line = new StringBuilder(word(kind)).append("：");
            String gap = "";
            for (ItemOutcome outcome : ItemOutcome.values()) {
                line.append(gap)
                        .append(word(outcome, order.write()))
                        .append(' ')
                        .append(counts.of(kind, outcome));
                gap = "，";
            }
            out.println(line);
        }
        counts.linesRefused()
                .forEach((reason, many) ->
                        out.println("    " + many + " × " + reason.zh() + " / " + reason.en()));
    }

    private void next(ComeOverOrder order, Map<String, String> given, String address) {
        if (!order.write()) {
            out.println("没有写入任何内容，加 --write 才执行 Nothing was written: --write does it");
            return;
        }
        out.println(
                "设备现在等待第一次检查更新：请让每台设备改用新的 OTA 地址 The devices wait for their first check-in: give"
                        + " each of them its new OTA address");
        out.println("    " + address);
        @Nullable String list = given.get("--list");
        out.println(
                list == null
                        ? "    --list FILE 写出可打印的设备清单 writes a list of them to print"
                        : "    清单 list: " + list);
        if (given.containsKey("--passwords")) {
            out.println(
                    "新用户的密码 Passwords of new users: "
                            + given.get("--passwords")
                            + "（分发后请删除 delete it once they have them）");
        }
        if (order.backend() instanceof Backend.Echo) {
            out.println(
                    "智能体现在只会回声：请在控制台设置语音后端 The agents only echo: set their voice backend in the"
                            + " console");
        }
    }

    /** A list that is written row by row; does nothing if there is no file for it. */
    private static final class ListFile implements AutoCloseable {

        private final @Nullable Path file;
        private final boolean secret;
        private @Nullable FileChannel channel;
        private @Nullable OutputStream stream;

        private ListFile(@Nullable String file, boolean secret) {
            this.file = file == null ? null : Path.of(file);
            this.secret = secret;
        }

        /** Replaces what is there. */
        static ListFile of(@Nullable String file) {
            return new ListFile(file, false);
        }

        /** Is made when something is written to it, and never replaces anything. */
        static ListFile secret(@Nullable String file) {
            return new ListFile(file, true);
        }

        void line(String... cells) {
            try {
                OutputStream open = open();
                if (open != null) {
                    open.write(Csv.line(cells));
                }
            } catch (IOException e) {
                throw new IllegalStateException(file + " can't be written: " + e, e);
            }
        }

        /**
         * Writes a user's name and password, and returns when they can't get lost any more. Not for
         * spreadsheets, which would take some passwords for formulas.
         */
        void password(String name, String password) {
            try {
                OutputStream open = open();
                if (open != null && channel != null) {
                    open.write((name + "\t" + password + "\n").getBytes(StandardCharsets.UTF_8));
                    open.flush();
                    channel.force(true);
                }
            } catch (IOException e) {
                throw new IllegalStateException(file + " can't be written: " + e, e);
            }
        }

        private @Nullable OutputStream open() throws IOException {
            if (stream == null && file != null) {
                if (!secret) {
                    Files.deleteIfExists(file);
                }
                channel = PrivateFiles.create(file);
                stream = new BufferedOutputStream(Channels.newOutputStream(channel));
                if (!secret) {
                    stream.write(Csv.MARK.getBytes(StandardCharsets.UTF_8));
                }
            }
            return stream;
        }

        void flush() throws IOException {
            if (stream != null) {
                stream.flush();
            }
        }

        @Override
        public void close() throws IOException {
            if (stream != null) {
                stream.close();
            }
        }
    }
}
