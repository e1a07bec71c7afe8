package io.slipway.simulator.update;

import io.slipway.simulator.count.Traffic;
import io.slipway.simulator.device.Wire;
import io.slipway.simulator.fleet.Fleet;
import io.slipway.simulator.fleet.OwnersHands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Many devices that update themselves, each on its own virtual thread. Either their time passes by
 * itself ({@link #start}), or they are started {@link #round} by round, for tests that control the
 * server's clock: not both. Methods are for one thread; devices may be inspected ({@link
 * UpdatingDevice#truth}) at any time, and controlled directly between rounds.
 */
public final class UpdateFleet implements AutoCloseable {

    private final UpdateOptions options;
    private final UpdateLog log;
    private final List<UpdatingDevice> devices = new ArrayList<>();
    private final List<UpdateLife> lives = new ArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch gone;
    private boolean started;

    public UpdateFleet(UpdateOptions options) {
        this.options = options;
        this.gone = new CountDownLatch(options.devices);
        var traffic = new Traffic(options.connections);
        log = new UpdateLog(options.devices, traffic);
        var shelf = new Shelf();
        var hands = new OwnersHands(options.owner, log.fleet, threads);
        boolean spread = Fleet.spreads(options.url, options.devices);
        for (int i = 0; i < options.devices; i++) {
            var wire =
                    new Wire(
                            Fleet.typed(options.url, i),
                            spread ? Fleet.source(i) : null,
                            traffic,
                            options.hangUp);
            var device = new UpdatingDevice(options, i, wire, log, shelf);
            devices.add(device);
            var random = new SplittableRandom(~options.seed * 1_000_003 + i);
            lives.add(new UpdateLife(device, options, log, hands, random));
        }
    }

    /** Runs a fleet until all are gone or the time limit. */
    public static UpdateReport run(UpdateOptions options) throws InterruptedException {
        return run(options, options.limit, report -> {});
    }

    /**
     * Likewise, with progress reports.
     *
     * @param every how often {@code progress} is called, on the calling thread
     */
    public static UpdateReport run(
            UpdateOptions options, Duration every, Consumer<UpdateReport> progress)
            throws InterruptedException {
        long end = System.nanoTime() + options.limit.toNanos();
        try (var fleet = new UpdateFleet(options)) {
            fleet.start();
            long left;
            while ((left = end - System.nanoTime()) > 0
                    && !fleet.gone.await(Math.min(left, every.toNanos()), TimeUnit.NANOSECONDS)) {
                progress.accept(fleet.report());
            }
            return fleet.report();
        }
    }

    /** Ordered by their numbers. */
    public List<UpdatingDevice> devices() {
        return List.copyOf(devices);
    }

    /** Starts their time. Does not block. */
    public void start() {
        if (started) {
            throw new IllegalStateException("already started");
        }
        started = true;
        for (int i = 0; i < lives.size(); i++) {
            UpdateLife life = lives.get(i);
            Duration wait = options.ramp.dividedBy(lives.size()).multipliedBy(i);
            threads.execute(() -> live(life, wait));
        }
    }

    private void live(UpdateLife life, Duration wait) {
        try {
            Thread.sleep(wait);
            life.run();
        } catch (InterruptedException e) {
            // The run is over.
        } catch (RuntimeException e) {
            log.fleet.trouble("simulator: " + e, "");
        } finally {
            gone.countDown();
        }
    }

    /**
     * Power-cycles every device once, and waits until each has checked in and installed what it was
     * offered; the new image boots in the next round. At most a hundred at once.
     */
    public void round() throws InterruptedException {
        round(device -> true);
    }

    /** Likewise, only for those that match {@code which}. */
    public void round(Predicate<UpdatingDevice> which) throws InterruptedException {
        if (started) {
            throw new IllegalStateException("their time already passes by itself");
        }
        var hands = new Semaphore(100);
        var left = new ArrayList<Future<?>>();
        for (int i = 0; i < devices.size(); i++) {
            if (which.test(devices.get(i))) {
                UpdateLife life = lives.get(i);
                hands.acquire();
                left.add(
                        threads.submit(() -> {
                            try {
                                life.turn(options.owner);
                            } finally {
                                hands.release();
                            }
                        }));
            }
        }
        for (var turn : left) {
            try {
                turn.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            }
        }
    }

    /** Waits until the report satisfies the condition; false if it doesn't within {@code most}. */
    public boolean await(Predicate<UpdateReport> moment, Duration most)
            throws InterruptedException {
        long end = System.nanoTime() + most.toNanos();
        while (!moment.test(report())) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            Thread.sleep(20);
        }
        return true;
    }

    public UpdateReport report() {
        return log.report();
    }

    /** Ends everything at once. */
    @Override
    public void close() {
        log.fleet.close();
        threads.shutdownNow();
        threads.close();
    }
}
