package io.slipway.simulator.update;

import io.slipway.simulator.board.Pace;
import io.slipway.simulator.board.Power;
import io.slipway.simulator.board.Variant;
import io.slipway.simulator.device.ActivateResult;
import io.slipway.simulator.device.CheckInResult;
import io.slipway.simulator.fleet.Boot;
import io.slipway.simulator.fleet.Owner;
import io.slipway.simulator.fleet.OwnersHands;
import io.slipway.simulator.strict.OtaAnswer;
import io.slipway.simulator.strict.RuleBroken;
import java.io.IOException;
import java.time.Duration;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** The life of a device that updates itself, as time passes. */
final class UpdateLife {

    private static final Duration ALERT = Duration.ofSeconds(4);
    private static final Duration AT_LEAST_ON = Duration.ofMinutes(2);
    private static final int POLLS = 10;

    private final UpdatingDevice device;
    private final UpdateOptions options;
    private final UpdateLog log;
    private final Pace pace;
    private final SplittableRandom random;
    private final Boot boot;
    // In terms of System.nanoTime().
    private long until;

    UpdateLife(
            UpdatingDevice device,
            UpdateOptions options,
            UpdateLog log,
            OwnersHands hands,
            SplittableRandom random) {
        this.device = device;
        this.options = options;
        this.log = log;
        this.pace = options.pace;
        this.random = random;
        this.boot = new Boot(device, pace, log.fleet, hands::announced, this::goesOn);
    }

    /** Switches on and off until it is permanently gone. */
    void run() throws InterruptedException {
        while (device.power() != Power.GONE) {
            device.mishaps();
            switch (device.boot()) {
                case ON -> on();
                case HANGING -> pace.sleep(around(options.rebootEvery));
                // It crashed while booting.
                case OFF -> pace.sleep(seconds(2, 9));
                case GONE -> {}
            }
            device.powerOff();
            boot.off();
            pace.sleep(seconds(1, 3));
        }
    }

    private void on() throws InterruptedException {
        Duration time = AT_LEAST_ON.plus(around(options.rebootEvery));
        until = System.nanoTime() + (long) (time.toNanos() / pace.speed());
        pace.sleep(seconds(8, 30));
        boot.run();
        if (device.power() != Power.ON) {
            return;
        }
        if (device.behaviour() == Behaviour.CRASH_AFTER_VALID) {
            pace.sleep(seconds(10, 45));
            device.crash();
            return;
        }
        Thread.sleep(Duration.ofNanos(Math.max(0, until - System.nanoTime())));
    }

    private boolean goesOn() throws InterruptedException {
        if (device.power() == Power.ON && device.wantsUpdate()) {
            pace.sleep(ALERT);
            device.download(options.rate);
        }
        if (device.power() == Power.ON && System.nanoTime() - until > 0) {
            device.powerOff();
        }
        return device.power() == Power.ON;
    }

    /** A random time between occasional events. */
    private Duration around(Duration mean) {
        double times = Math.min(20, -Math.log(1 - random.nextDouble()));
        return Duration.ofNanos((long) (mean.toNanos() * times));
    }

    private Duration seconds(int from, int to) {
        return Duration.ofMillis(random.nextLong(from * 1000L, to * 1000L));
    }

    // ------------------------------------------------------------ without time

    /** One start, from power-on to the end of an update, without a pause. */
    void turn(@Nullable Owner owner) {
        if (device.power() == Power.GONE) {
            return;
        }
        device.powerOff();
        device.mishaps();
        if (device.boot() != Power.ON) {
            return;
        }
        CheckInResult result = checkIn();
        if (owner != null && result instanceof CheckInResult.Pending pending) {
            activate(owner, pending.answer());
        }
        if (device.power() == Power.ON && device.wantsUpdate()) {
            device.download();
        }
        if (device.power() == Power.ON && device.behaviour() == Behaviour.CRASH_AFTER_VALID) {
            device.crash();
        }
    }

    private CheckInResult checkIn() {
        long writes = device.nvs().writes();
        CheckInResult result;
        try {
            result = device.checkIn();
        } catch (RuleBroken e) {
            log.fleet.broken(e, device.profile().mac());
            return new CheckInResult.CheckInFailed(e.rule());
        } finally {
            for (RuleBroken broken : device.brokenAfterwards()) {
                log.fleet.broken(broken, device.profile().mac());
            }
        }
        if (result instanceof CheckInResult.CheckInFailed(String why)) {
            log.fleet.trouble(why, device.profile().mac());
        } else {
            log.fleet.goodAnswer(device.nvs().writes() - writes);
        }
        return result;
    }

    private void activate(Owner owner, OtaAnswer answer) {
        String code = answer.code();
        if (code == null || device.power() != Power.ON) {
            return;
        }
        try {
            owner.enter(device.profile().mac(), code);
            log.fleet.codeEntered();
        } catch (IOException e) {
            log.fleet.trouble("code not accepted: " + e.getMessage(), device.profile().mac());
            return;
        }
        // Firmware before 1.6.0 doesn't poll, it checks in again.
        boolean asks = device.profile().variant().flow() == Variant.Flow.ACTIVATE;
        for (int i = 0; asks && i < POLLS; i++) {
            asks = !(device.activate() instanceof ActivateResult.Activated);
        }
        checkIn();
    }
}
