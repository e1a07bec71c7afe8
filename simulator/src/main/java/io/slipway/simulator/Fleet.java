package io.slipway.simulator;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Many devices in one process, each on a virtual thread of its own. */
public final class Fleet {

    /** The server gives an address 100 codes; half leaves room for a second run. */
    private static final int DEVICES_AN_ADDRESS = 50;

    /** One in so many has its address without the slash at the end (R14). */
    private static final int WITHOUT_SLASH = 7;

    private static final int OWNERS_HANDS = 8;

    private final FleetOptions options;
    private final Traffic traffic;
    private final TalkLog talk = new TalkLog();
    private final FleetLog log;
    private final CountDownLatch running;
    private final Semaphore hands = new Semaphore(OWNERS_HANDS);
    // MACs whose code was entered or is being entered.
    private final Set<String> entered = ConcurrentHashMap.newKeySet();

    private Fleet(FleetOptions options) {
        this.options = options;
        this.traffic = new Traffic(options.connections());
        this.log = new FleetLog(options.devices(), options.sessions() > 0 ? talk : null);
        this.running = new CountDownLatch(options.devices());
    }

    /**
     * Runs a fleet until every device is activated and has talked as often as it should, or has
     * given up, or until its time is over.
     */
    public static FleetReport run(FleetOptions options) throws InterruptedException {
        return run(options, options.limit(), report -> {});
    }

    /**
     * Likewise, and tells how it is going.
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
        long end = System.nanoTime() + options.limit().toNanos();
        boolean spread = options.devices() > DEVICES_AN_ADDRESS && canSpread();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            try {
                for (int i = 0; i < options.devices(); i++) {
                    int index = i;
                    threads.execute(() -> live(index, spread, threads));
                }
                long left;
                while ((left = end - System.nanoTime()) > 0
                        && !running.await(Math.min(left, every.toNanos()), TimeUnit.NANOSECONDS)) {
                    progress.accept(log.report(options.devices(), traffic));
                }
                return log.report(options.devices(), traffic);
            } finally {
                log.close();
                // Interrupts the sleeping and cuts the connections of the others.
                threads.shutdownNow();
            }
        }
    }

    // Linux lets a program call from all of 127.0.0.0/8; other systems may not.
    private boolean canSpread() {
        if (!toLoopback()) {
            return false;
        }
        try (var probe = new Socket()) {
            probe.bind(new InetSocketAddress(source(options.devices() - 1), 0));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private boolean toLoopback() {
        try {
            return options.url().address().isLoopbackAddress();
        } catch (IOException e) {
            // The devices will say so themselves.
            return false;
        }
    }

    private void live(int index, boolean spread, ExecutorService threads) {
        try {
            long wait = options.ramp().toNanos() / options.devices() * index;
            Thread.sleep(Duration.ofNanos(wait));
            Variant variant = options.mix().variant(options.seed(), index);
            var device =
                    new Device(
                            DeviceProfile.of(variant, options.seed(), index),
                            new Wire(
                                    index % WITHOUT_SLASH == WITHOUT_SLASH - 1
                                            ? options.url().withoutSlash()
                                            : options.url(),
                                    spread ? source(index) : null,
                                    traffic));
            var boot =
                    new Boot(
                            device,
                            options.pace(),
                            log,
                            (mac, code) -> announced(mac, code, threads));
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

    private void announced(String mac, String code, ExecutorService threads) {
        Owner owner = options.owner();
        if (owner == null || !entered.add(mac)) {
            return;
        }
        try {
            threads.execute(() -> enter(owner, mac, code));
        } catch (RejectedExecutionException e) {
            // The run is over.
        }
    }

    private void enter(Owner owner, String mac, String code) {
        try {
            hands.acquire();
            try {
                owner.enter(mac, code);
                log.codeEntered();
            } finally {
                hands.release();
            }
        } catch (IOException | RuntimeException e) {
            log.trouble("code not accepted: " + e.getMessage(), mac);
            // Tried again when the device next speaks its code.
            entered.remove(mac);
        } catch (InterruptedException e) {
            // The run is over.
        }
    }

    /** An address of its own for every 50 devices: all of 127.0.0.0/8 is this machine. */
    static InetAddress source(int index) {
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
