package io.slipway.bench.sessions;

import io.slipway.agent.FilledAgents;
import io.slipway.bench.BenchFailure;
import io.slipway.bench.Fleet;
import io.slipway.bench.Servers;
import io.slipway.bench.Store;
import io.slipway.http.EchoServer;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Sessions that talk both ways: through the relay, directly with the same backend, and with a bare
 * echo, alternating. The bare echo has twice as many connections, because a relayed session is two:
 * all carry the same number of frames over the same number of sockets.
 */
final class TalkRun {

    /**
     * Until all sessions talk and the effects of the handshakes are gone, in seconds, for most
     * runs.
     */
    private static final int LEAD = 2;

    /** After all have closed, in seconds; short runs leave little behind. */
    private static final int SETTLE = 3;

    private static final Map<String, String> SETTINGS =
            Map.of("SLIPWAY_SESSION_PRIVATE_BACKENDS", "on", "SLIPWAY_SESSION_MOST", "1000000");

    private final SessionsOptions options;
    private final Servers servers;
    private final Fleet fleet;
    private final PrintStream out;

    /** The server that the devices talk with. */
    private record Side(
            Caller.Target target,
            Servers.Running server,
            int sessions,
            int perTalk,
            Handshakes by) {}

    TalkRun(SessionsOptions options, Servers servers, Fleet fleet, PrintStream out) {
        this.options = options;
        this.servers = servers;
        this.fleet = fleet;
        this.out = out;
    }

    TalkFigures run(Store store) throws IOException {
        store.copy();
        try (Servers.Running backend = servers.beside(TalkingBackend.class.getName())) {
            try (Database database = Database.open(store.config())) {
                String url = "ws://127.0.0.1:" + backend.port() + "/";
                database.run(Plane.CONSOLE, tx -> FilledAgents.relay(tx, url));
            }
            try (Servers.Running real = servers.real(store, SETTINGS, List.of());
                    Servers.Running bare = servers.beside(EchoServer.class.getName())) {
                String[] tokens = new CheckIns(fleet, real.port()).tokens(options.talking());
                return inTurns(
                        side("direct", backend, true, 1, tokens),
                        side("bare echo", bare, false, 1, tokens),
                        side("slipway", real, true, 2, tokens));
            }
        }
    }

    private Side side(
            String label, Servers.Running server, boolean greets, int perTalk, String[] tokens) {
        byte direction = greets ? Speech.DOWN : Speech.UP;
        return new Side(
                new Caller.Target(label, server.port(), greets, direction),
                server,
                greets ? options.talking() : 2 * options.talking(),
                perTalk,
                new Handshakes(server.port(), tokens));
    }

    private TalkFigures inTurns(Side direct, Side bare, Side relay) throws IOException {
        var figures = new TalkFigures(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        if (options.warmup() > 0) {
            for (Side side : List.of(direct, bare, relay)) {
                require(talk(side, options.warmup()));
            }
        }
        for (int run = 1; run <= options.runs(); run++) {
            figures.direct().add(printed(run, talk(direct, options.seconds())));
            figures.bare().add(printed(run, talk(bare, options.seconds())));
            figures.relay().add(printed(run, talk(relay, options.seconds())));
        }
        return figures;
    }

    private static void require(TalkFigures.Turn turn) {
        if (turn.talk().errors().bad() > 0) {
            throw new BenchFailure(
                    turn.talk().label() + ", in the warm-up: " + turn.talk().errors().sample());
        }
    }

    private TalkFigures.Turn talk(Side side, int seconds) throws IOException {
        var cpu = new ArrayList<Double>();
        Talk talk;
        try (var callers = new Callers(side.target())) {
            callers.open(side.sessions(), side.by()::of);
            talk =
                    callers.talk(
                            Duration.ofSeconds(Math.min(LEAD, seconds)),
                            Duration.ofSeconds(seconds),
                            () -> cpu.add(side.server().child().cpu()));
        }
        Servers.pause(Duration.ofSeconds(Math.min(SETTLE, seconds)));
        // What a relay carries to the backend and what it carries back are two frames.
        long frames = side.perTalk() == 1 ? talk.heard() : talk.said() + talk.heard();
        return new TalkFigures.Turn(talk, frames, cpu.getLast() - cpu.getFirst());
    }

    private TalkFigures.Turn printed(int run, TalkFigures.Turn turn) {
        Talk talk = turn.talk();
        out.printf(
                Locale.ROOT,
                "  %-9s run %d: %,7.0f frames/s  p50 %5.2f ms  p99 %6.2f ms  CPU %5.1f µs%s%n",
                talk.label(),
                run,
                turn.perSecond(),
                turn.millis(0.5),
                turn.millis(0.99),
                turn.cpuMicros(),
                talk.errors().bad() == 0
                        ? ""
                        : "  WRONG " + talk.errors().bad() + ": " + talk.errors().sample());
        return turn;
    }
}
