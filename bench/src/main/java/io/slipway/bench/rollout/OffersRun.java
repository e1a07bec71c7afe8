package io.slipway.bench.rollout;

import io.slipway.bench.Fleet;
import io.slipway.bench.Servers;
import io.slipway.bench.Store;
import io.slipway.protocol.Mac;
import io.slipway.protocol.firmware.Chip;
import io.slipway.protocol.firmware.ImageWriter;
import io.slipway.rollout.GrantedOffers;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.IntSupplier;

/** A rollout that reaches every device, each of which checks in once. */
final class OffersRun {

    /** The time limit for all of them. */
    private static final int MOST_SECONDS = 1_800;

    /** Connections at the beginning. */
    private static final int FEW = 4;

    /** After this time without an error, a server makes offers again. */
    private static final Duration OUTAGE = Duration.ofSeconds(75);

    static final Map<String, String> NO_LIMIT = Map.of("SLIPWAY_ROLLOUT_MAX_IN_FLIGHT", "0");

    private final RolloutOptions options;
    private final Servers servers;
    private final Fleet fleet;
    private final PrintStream out;

    /**
     * The results.
     *
     * @param asked after the warm-up
     * @param cpu of the server, seconds
     * @param shown offers that devices received, including the warm-up's
     * @param found those of them that the store still had after kill -9
     */
    record OfferFigures(Askers.CallResults asked, double cpu, long shown, long found) {

        /** Whether each check-in brought an offer, and each offer is durable. */
        boolean right() {
            return shown == found && asked.offered().cardinality() == asked.answers();
        }

        double cpuMicros() {
            return asked.answers() == 0 ? 0 : cpu * 1e6 / asked.answers();
        }

        Map<String, Object> json() {
            var map = new LinkedHashMap<String, Object>();
            map.put("offers", asked.offered().cardinality());
            map.put("answers", asked.answers());
            map.put("seconds", asked.seconds());
            map.put("perSecond", asked.perSecond());
            map.put("latency", asked.latencies().json());
            map.put("cpuMicros", cpuMicros());
            map.put("offersShown", shown);
            map.put("offersFoundAfterKill", found);
            return map;
        }
    }

    OffersRun(RolloutOptions options, Servers servers, Fleet fleet, PrintStream out) {
        this.options = options;
        this.servers = servers;
        this.fleet = fleet;
        this.out = out;
    }

    /** On a copy that no server has open. */
    OfferFigures run(Store store) throws IOException {
        String login = Console.login(store, "roller", true);
        var shown = new BitSet();
        Askers.CallResults asked;
        double cpu;
        try (Servers.Running server = servers.real(store, NO_LIMIT, List.of())) {
            try (var console = new Console(server.port(), login)) {
                var image = new ImageWriter(Chip.ESP32S3).version("2.5.0");
                String build = console.build(image, Console.BOARD);
                console.start(Console.plan(build, "100", true, ""));
            }
            try (var askers = new Askers(fleet, server.port())) {
                IntSupplier all = inOrder(options.offers());
                if (options.warmup() > 0) {
                    // First a few at a time: a device that waits for a second has got a server
                    // error, and a server with errors makes no offers for the next minute.
                    warm(askers.ask(all, options.warmup(), FEW).right(), shown);
                    warm(askers.ask(all, options.warmup()).right(), shown);
                }
                double before = server.child().cpu();
                asked = askers.ask(all, MOST_SECONDS).right();
                cpu = server.child().cpu() - before;
                shown.or(asked.offered());
            }
            server.child().kill();
        }
        return new OfferFigures(asked, cpu, shown.cardinality(), found(store, shown));
    }

    private void warm(Askers.CallResults asked, BitSet shown) {
        int offers = asked.offered().cardinality();
        shown.or(asked.offered());
        out.printf(
                Locale.ROOT,
                "  warm-up: %,.0f offers/s, %,d of %,d check-ins%n",
                offers / asked.seconds(),
                offers,
                asked.answers());
        if (offers < asked.answers()) {
            out.printf("  the server had an error and makes no offers: waiting%n");
            Servers.pause(OUTAGE);
        }
    }

    /** Indices from 0, each once. */
    static IntSupplier inOrder(int count) {
        return new IntSupplier() {
            private int next;

            @Override
            public int getAsInt() {
                return next < count ? next++ : -1;
            }
        };
    }

    private static long found(Store store, BitSet shown) {
        try (Database database = Database.open(store.config())) {
            Set<Mac> devices = database.read(Plane.BACKGROUND, GrantedOffers::devices);
            return shown.stream().filter(index -> devices.contains(Fleet.mac(index))).count();
        }
    }
}
