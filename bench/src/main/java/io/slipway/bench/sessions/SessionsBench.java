package io.slipway.bench.sessions;

import io.slipway.bench.BenchFailure;
import io.slipway.bench.Command;
import io.slipway.bench.Fleet;
import io.slipway.bench.Folders;
import io.slipway.bench.Machine;
import io.slipway.bench.Servers;
import io.slipway.bench.SqliteStore;
import io.slipway.bench.Store;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * {@code ./slipway bench sessions}: the memory of a voice session, and the time and CPU of a
 * relayed frame, against a bare echo of the same framework.
 */
public final class SessionsBench {

    private static final Command<SessionsOptions> COMMAND =
            new Command<>(
                    "sessions",
                    SessionsOptions::arguments,
                    (options, home, results, out) ->
                            new SessionsBench(options, home, results, Servers.How.built(home), out)
                                    .run());

    /** Files that a process needs besides its sessions. */
    private static final int OTHER_FILES = 300;

    private final SessionsOptions options;
    private final Path home;
    private final Path results;
    private final Path work;
    private final Servers.How how;
    private final PrintStream out;

    /**
     * @param home of the project
     * @param results for the filled store, the logs and the figures
     */
    SessionsBench(
            SessionsOptions options, Path home, Path results, Servers.How how, PrintStream out) {
        this.options = options;
        this.home = home;
        this.results = results;
        this.work = results.resolve("run");
        this.how = how;
        this.out = out;
    }

    public static void main(String[] arguments) {
        COMMAND.main(arguments);
    }

    /** Measures and reports; false if frames were lost or wrong. */
    boolean run() throws IOException {
        requireFiles();
        Folders.delete(work);
        Files.createDirectories(work);
        try {
            return measure();
        } finally {
            // The logs stay until the next time.
            Folders.delete(work.resolve("data"));
        }
    }

    private boolean measure() throws IOException {
        var fleet = new Fleet(Fleet.scripts(home));
        var servers = new Servers(work, fleet, how);
        Map<String, Object> machine = Machine.facts(results);
        IdleRun.IdleFigures idle = null;
        TalkFigures talk = null;
        int devices = Math.max(IdleRun.devices(options.idle()), options.talking());
        try (Store store = new SqliteStore(results, work, devices)) {
            store.fill(new Store.Filled(home, fleet, devices, options.fresh()), out);
            if (options.phases().contains(SessionsOptions.Part.IDLE)) {
                out.printf(Locale.ROOT, "%,d idle sessions%n", options.idle());
                idle = new IdleRun(servers, fleet, work, out).run(store, options.idle());
            }
            if (options.phases().contains(SessionsOptions.Part.TALK)) {
                out.printf(Locale.ROOT, "%,d talking sessions%n", options.talking());
                talk = new TalkRun(options, servers, fleet, out).run(store);
            }
        }
        var report = new SessionsReport(out);
        out.println();
        Machine.print(machine, out);
        if (idle != null) {
            report.idle(idle);
        }
        if (talk != null) {
            report.talk(talk);
        }
        report.table();
        out.println("\nfigures in " + write(machine, idle, talk) + ", logs in " + work);
        return talk == null || talk.bad() == 0;
    }

    // The JVM raises its own limit, so the hard limit counts; children have the same.
    private void requireFiles() throws IOException {
        boolean silent = options.phases().contains(SessionsOptions.Part.IDLE);
        int sockets = Math.max(silent ? options.idle() : 0, 2 * options.talking());
        long allowed = Machine.openFiles();
        if (sockets + OTHER_FILES > allowed) {
            throw new BenchFailure(
                    String.format(
                            Locale.ROOT,
                            "%,d sockets need %,d open files per process, but only %,d are allowed:"
                                    + " raise the limit (ulimit -n %d, as root) or use fewer"
                                    + " (--idle %d)",
                            sockets,
                            sockets + OTHER_FILES,
                            allowed,
                            sockets + OTHER_FILES,
                            allowed - OTHER_FILES));
        }
    }

    private Path write(Map<String, Object> machine, IdleRun.IdleFigures idle, TalkFigures talk)
            throws IOException {
        var all = new LinkedHashMap<String, Object>();
        all.put("machine", machine);
        if (idle != null) {
            all.put("idle", idle.json());
        }
        if (talk != null) {
            all.put("talk", talk.json());
        }
        return Command.write("sessions", options, results, all);
    }
}
