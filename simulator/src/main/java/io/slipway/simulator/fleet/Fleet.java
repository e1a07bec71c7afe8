package io.slipway.simulator.fleet;

import io.slipway.simulator.board.DeviceProfile;
import io.slipway.simulator.board.Variant;
import io.slipway.simulator.count.Traffic;
import io.slipway.simulator.device.Device;
import io.slipway.simulator.device.OtaUrl;
import io.slipway.simulator.device.Wire;
import io.slipway.simulator.talk.TalkLog;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Many devices in one process, each on its own virtual thread. */
public final class Fleet {

    /** The server allows 100 codes per address; half leaves room for a second run. */
    private static final int DEVICES_AN_ADDRESS = 50;

    /** One in this many has an address without a trailing slash (device-contract R14). */
    private static final int WITHOUT_SLASH = 7;

    private final FleetOptions options;
    private final Traffic traffic;
    private final TalkLog talk = new TalkLog();
    private final FleetLog log;
    private final CountDownLatch running;

    private Fleet(FleetOptions options) {
        this.options = options;
        this.traffic = new Traffic(options.connections());
        this.log = new FleetLog(options.devices(), options.sessions() > 0 ? talk : null);
        this.running = new CountDownLatch(options.devices());
    }

    /**
     * Runs a fleet until every device is activated and has talked as often as it should, or has
     * given up, or until the time limit.
     */
    public static FleetReport run(FleetOptions options) throws InterruptedException {
        return run(options, options.timing().limit(), report -> {});
    }

    /**
     * Likewise, with progress reports.
     *
     * @param every how often {@code progress} is called, on the calling thread
     */
    public static FleetReport run(
            FleetOptions options, Duration every, Consumer<FleetReport> progress)
            throws InterruptedException {
        return new Fleet(options).run(every, progress);
    }

    private FleetReport run(Duration every, Consumer<FleetReport> progress)
            throws InterruptedException {
        long end = System.nanoTime() + options.timing().limit().toNanos();
        boolean spread = spreads(options.url(), options.devices());
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            try {
                var hands = new OwnersHands(options.owner(), log, threads);
                for (int i = 0; i < options.devices(); i++) {
                    int index = i;
                    threads.execute(() -> live(index, spread, hands));
                }
                long left;
                while ((left = end - System.nanoTime()) > 0
                        && !running.await(Math.min(left, every.toNanos()), TimeUnit.NANOSECONDS)) {
                    progress.accept(log.report(options.devices(), traffic));
                }
                return log.report(options.devices(), traffic);
            } finally {
                log.close();
                // Interrupts sleeping devices and cuts the connections of the others.
                threads.shutdownNow();
            }
        }
    }

    /**
     * Whether each device gets a {@link #source}, because there are many and the system allows it.
     */
    public static boolean spreads(OtaUrl url, int devices) {
        if (devices <= DEVICES_AN_ADDRESS || !toLoopback(url)) {
            return false;
        }
        // Linux lets a program use all of 127.0.0.0/8; other systems may not.
        try (var probe = new Socket()) {
            probe.bind(new InetSocketAddress(source(devices - 1), 0));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean toLoopback(OtaUrl url) {
        try {
            return url.address().isLoopbackAddress();
        } catch (IOException e) {
            // The devices will report it themselves.
            return false;
        }
    }

    /** The address that device {@code index} uses; some people type it without the slash. */
    public static OtaUrl typed(OtaUrl url, int index) {
        return index % WITHOUT_SLASH == WITHOUT_SLASH - 1 ? url.withoutSlash() : url;
    }

    private void live(int index, boolean spread, OwnersHands hands) {
        try {
            long wait = options.timing().ramp().toNanos() / options.devices() * index;
            Thread.sleep(Duration.ofNanos(wait));
            Variant variant = options.mix().variant(options.seed(), index);
            var device =
                    new Device(
                            DeviceProfile.of(variant, options.seed(), index),
                            new Wire(
                                    typed(options.url(), index),
                                    spread ? source(index) : null,
                                    traffic,
                                    options.timing().hangUp()));
            var boot = new Boot(device, options.timing().pace(), log, hands::announced);
            if (boot.run() && options.sessions() > 0) {
                InetAddress source = spread ? source(index) : null;
                new TalkScript(device, boot, options, index, source, talk).run();
            }
        } catch (InterruptedException e) {
            // The run is over.
        } catch (RuntimeException e) {
            log.trouble("simulator: " + e, "");
        } finally {
            running.countDown();
        }
    }

    /** Another address for every 50 devices: all of 127.0.0.0/8 is this machine. */
    public static InetAddress source(int index) {
        int group = index / DEVICES_AN_ADDRESS;
        byte[] address = {
            127,
            (byte) (1 + group / (250 * 250)),
            (byte) (group / 250 % 250),
            (byte) (1 + group % 250)
        };
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
