package io.slipway;

import io.slipway.account.AccountModule;
import io.slipway.cluster.ClusterClock;
import io.slipway.doctor.CertificateFileCheck;
import io.slipway.doctor.DoctorFinding;
import io.slipway.doctor.MachineCheck;
import io.slipway.doctor.OutsideCheck;
import io.slipway.http.Problem;
import io.slipway.reach.LocalAddresses;
import io.slipway.reach.ReachReport;
import io.slipway.settings.Settings;
import io.slipway.sql.Database;
import io.slipway.sql.Ids;
import io.slipway.sql.StoreException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** The command line: commands, output, and exit codes. */
final class Commands {

    private static final Path FILE = Path.of("slipway.properties");
    private static final int BAD_SETTINGS = 2;

    private final PrintStream out;
    private final PrintStream err;

    Commands(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    int run(String[] arguments, Map<String, String> environment, InstantSource clock) {
        String command = arguments.length == 0 ? "run" : arguments[0];
        try {
            return switch (command) {
                case "run" -> serve(environment, clock);
                case "settings" -> settings();
                case "reach" -> reach(config(environment).get());
                // Used by the launcher to prepare faster starts.
                case "train" -> {
                    TrainingRun.run(clock);
                    yield 0;
                }
                case "doctor" -> doctor(arguments, config(environment).get(), environment, clock);
                case "backup", "restore", "move" ->
                        new BackupCommands(out, err)
                                .run(arguments, config(environment).get(), clock);
                case "import" ->
                        new ComeOverCommand(out, err)
                                .run(arguments, config(environment).get(), clock);
                case "reset-password" -> resetPassword(arguments, config(environment).get(), clock);
                default -> {
                    err.println("slipway: no such command: " + command);
                    yield BAD_SETTINGS;
                }
            };
        } catch (Config.InvalidSettings e) {
            err.println("slipway: invalid settings / 以下设置有误：");
            e.problems().forEach(problem -> err.println("  " + problem));
            return BAD_SETTINGS;
        } catch (StoreException | IllegalStateException e) {
            err.println("slipway: " + e.getMessage());
            return 1;
        } catch (RuntimeException e) {
            // Unexpected: a bug report needs the trace.
            err.println("slipway: could not start: " + e);
            e.printStackTrace(err);
            return 1;
        }
    }

    private static CurrentConfig config(Map<String, String> environment)
            throws Config.InvalidSettings {
        return new CurrentConfig(Commands::file, environment);
    }

    private static Properties file() throws Config.InvalidSettings {
        var properties = new Properties();
        try (Reader reader = Files.newBufferedReader(FILE, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (NoSuchFileException e) {
            // The defaults, then.
        } catch (IOException | IllegalArgumentException e) {
            throw new Config.InvalidSettings(List.of(FILE + " can't be read: " + e.getMessage()));
        }
        return properties;
    }

    private int serve(Map<String, String> environment, InstantSource clock)
            throws Config.InvalidSettings {
        CurrentConfig config = config(environment);
        Logs.set(config.get().log());
        // From the start: without it, the signal ends the process.
        Logs.atHangup(config::readAgain);
        RunningNode node = Main.start(config, ClusterClock.TimeSource.of(clock));
        var ended = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    out.println("Slipway: draining / 正在停止…");
                                    node.close();
                                    ended.countDown();
                                },
                                "shutdown"));
        greet(config.get(), node);
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }

    private void greet(Config config, RunningNode node) {
        String url = config.http().publicUrl();
        String here = url.isEmpty() ? "http://localhost:" + node.port() : url;
        String lan =
                url.isEmpty()
                        ? LocalAddresses.of(config.http()).stream()
                                .findFirst()
                                .map(each -> each.base(node.port()))
                                .orElse(here)
                        : url;
        out.println("控制台 Console:        " + here + "/");
        out.println("设备 OTA 地址 for devices: " + lan + "/v1/ota/");
        @Nullable String setupCode = node.setupCode();
        if (setupCode == null) {
            out.println(
                    "登录 Log in:           忘记密码可运行 ./slipway reset-password NAME (forgot your password?)");
        } else {
            boolean preset = config.account().setupCode() != null;
            out.println(
                    "第一个用户 First user:    打开链接注册，即为管理员 open this link to register, as administrator: "
                            + here
                            + "/sign-up"
                            // In the fragment, which browsers send to no server. What the operator
                            // has chosen may be in use elsewhere, and stays out of logs.
                            + (preset ? " (account.setup-code)" : "#setup-code=" + setupCode));
        }
        out.flush();
    }

    private int reach(Config config) {
        ReachReport.lines(config.reach()).forEach(out::println);
        return 0;
    }

    private int settings() {
        Settings settings = Config.defaults();
        for (Settings.Declared setting : settings.declared()) {
            boolean running = settings.changesWhileRunning(setting.key());
            out.printf(
                    "%s=%s%n    %s%s%n    %s%s%n",
                    setting.key(),
                    setting.standard(),
                    setting.zh(),
                    running ? "（可在运行中更改）" : "",
                    setting.en(),
                    running ? " (can change while the server runs)" : "");
        }
        return 0;
    }

    private int doctor(
            String[] arguments,
            Config config,
            Map<String, String> environment,
            InstantSource clock) {
        boolean fleet = false;
        String url = config.http().publicUrl();
        String image = "";
        for (int i = 1; i < arguments.length; i++) {
            if (arguments[i].equals("--fleet")) {
                fleet = true;
            } else if (arguments[i].equals("--url") && i + 1 < arguments.length) {
                url = arguments[++i];
            } else if (arguments[i].equals("--image") && i + 1 < arguments.length) {
                image = arguments[++i];
            } else {
                err.println("slipway: doctor [--fleet] [--url https://…] [--image https://…]");
                return BAD_SETTINGS;
            }
        }
        boolean chinese =
                environment
                        .getOrDefault("LC_ALL", environment.getOrDefault("LANG", ""))
                        .startsWith("zh");
        var findings = new ArrayList<DoctorFinding>();
        findings.addAll(
                MachineCheck.run(
                        config.database(),
                        config.firmware().localFolder(),
                        fleet,
                        clock.instant(),
                        Version.built()));
        findings.addAll(CertificateFileCheck.run(config.http(), clock.instant()));
        String called = url.isEmpty() ? "http://localhost:" + config.http().port() : url;
        if (!url.isEmpty() || config.http().plainDevices()) {
            findings.addAll(OutsideCheck.run(stripped(called), image, clock.instant()));
        }
        if (url.isEmpty()) {
            findings.add(DoctorFinding.followsTheCaller());
        }
        findings.forEach(finding -> out.println(finding.line(chinese)));
        out.flush();
        return findings.stream().anyMatch(each -> each.grade() == DoctorFinding.Grade.HARM) ? 1 : 0;
    }

    private static String stripped(String url) {
        return url.endsWith("/") ? stripped(url.substring(0, url.length() - 1)) : url;
    }

    private int resetPassword(String[] arguments, Config config, InstantSource clock) {
        if (arguments.length != 2) {
            err.println("slipway: reset-password NAME");
            return BAD_SETTINGS;
        }
        // Works while the server is running.
        try (Database database = Database.open(config.database())) {
            Ids ids = new Ids(clock);
            var reset = AccountModule.resetPassword(database, ids, clock, arguments[1]);
            int logins = reset.ended().logins();
            int keys = reset.ended().apiKeys();
            out.println("已失效的登录 Logins ended: " + logins + "，API 密钥 API keys revoked: " + keys);
            if (reset.providerLinkRemoved()) {
                out.println("单点登录的关联已解除 The link to the sign-in provider has been removed");
            }
            if (reset.secondFactorRemoved()) {
                out.println("两步验证已关闭 The second factor has been removed");
            }
            out.println("新密码 New password: " + reset.password());
            return 0;
        } catch (Problem e) {
            // The only way a name can be wrong is that there is no such user.
            err.println("slipway: no such user / 没有这个用户: " + arguments[1]);
            nameAdministrators(config);
            return 1;
        }
    }

    private void nameAdministrators(Config config) {
        try (Database database = Database.open(config.database())) {
            List<String> names = AccountModule.administrators(database);
            if (names.isEmpty()) {
                err.println("还没有管理员 There is no administrator yet");
            } else {
                err.println("管理员 Administrators: " + String.join(", ", names));
            }
        }
    }
}
