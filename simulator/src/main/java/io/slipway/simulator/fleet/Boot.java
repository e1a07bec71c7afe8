package io.slipway.simulator.fleet;

import io.slipway.simulator.board.Pace;
import io.slipway.simulator.device.ActivateResult;
import io.slipway.simulator.device.ActivateResult.Activated;
import io.slipway.simulator.device.ActivateResult.Refused;
import io.slipway.simulator.device.ActivateResult.Waiting;
import io.slipway.simulator.device.Caller;
import io.slipway.simulator.device.CheckInResult;
import io.slipway.simulator.device.CheckInResult.CheckInFailed;
import io.slipway.simulator.device.CheckInResult.Pending;
import io.slipway.simulator.device.CheckInResult.Ready;
import io.slipway.simulator.strict.OtaAnswer;
import io.slipway.simulator.strict.RuleBroken;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BiConsumer;

/** Firmware from power-on until it is ready to talk, or gives up (device-contract 4). */
public final class Boot {

    private static final int TRIES = 10;
    private static final int POLLS = 10;
    private static final int DESKTOP_POLLS = 60;
    private static final Duration FIRST_BACK_OFF = Duration.ofSeconds(10);
    private static final Duration AFTER_PENDING = Duration.ofSeconds(3);
    private static final Duration AFTER_ERROR = Duration.ofSeconds(10);
    private static final Duration OLD_INTERVAL = Duration.ofSeconds(60);
    private static final Duration DESKTOP_INTERVAL = Duration.ofSeconds(5);

    private final Caller device;
    private final Pace pace;
    private final FleetLog log;
    private final BiConsumer<String, String> announce;
    private final AfterAnswer after;
    private final Set<String> warned = new HashSet<>();
    private State state = State.OFF;
    // It took an error for success and asks nothing more until it is restarted.
    private boolean silenced;

    /** What firmware does with a good reply before anything else. */
    @FunctionalInterface
    public interface AfterAnswer {

        /** False if the device is off now. */
        boolean goesOn() throws InterruptedException;
    }

    /**
     * @param announce receives MAC and code each time the device speaks its code; must not block
     */
    public Boot(Caller device, Pace pace, FleetLog log, BiConsumer<String, String> announce) {
        this(device, pace, log, announce, () -> true);
    }

    public Boot(
            Caller device,
            Pace pace,
            FleetLog log,
            BiConsumer<String, String> announce,
            AfterAnswer after) {
        this.device = device;
        this.pace = pace;
        this.log = log;
        this.announce = announce;
        this.after = after;
    }

    /** Runs until the device is activated; false if it has given up or is off. */
    public boolean run() throws InterruptedException {
        silenced = false;
        enter(State.BOOTED);
        enter(
                switch (device.profile().variant().flow()) {
                    case ACTIVATE -> today();
                    case ASK_AGAIN, NONE -> old();
                    case DESKTOP -> desktop();
                });
        return state == State.ACTIVATED;
    }

    // Application::CheckNewVersion since 1.6.0.
    private State today() throws InterruptedException {
        int failures = 0;
        Duration backOff = FIRST_BACK_OFF;
        while (true) {
            CheckInResult result = checkIn();
            if (!(result instanceof CheckInFailed) && !after.goesOn()) {
                return State.OFF;
            }
            switch (result) {
                case Ready ready -> {
                    return State.ACTIVATED;
                }
                case CheckInFailed failed -> {
                    if (silenced || ++failures == TRIES) {
                        return State.FAILED;
                    }
                    pace.sleep(backOff);
                    backOff = backOff.multipliedBy(2);
                }
                case Pending pending -> {
                    failures = 0;
                    backOff = FIRST_BACK_OFF;
                    show(pending.answer());
                    poll();
                }
            }
        }
    }

    private void poll() throws InterruptedException {
        for (int i = 0; i < POLLS; i++) {
            switch (activate()) {
                case Activated activated -> {
                    return;
                }
                case Waiting waiting -> pace.sleep(AFTER_PENDING);
                case Refused refused -> pace.sleep(AFTER_ERROR);
            }
        }
    }

    // Up to 1.5: no /activate, the OTA check every minute.
    private State old() throws InterruptedException {
        int failures = 0;
        while (!silenced && failures < TRIES) {
            CheckInResult result = checkIn();
            if (!(result instanceof CheckInFailed) && !after.goesOn()) {
                return State.OFF;
            }
            switch (result) {
                case Ready ready -> {
                    return State.ACTIVATED;
                }
                case CheckInFailed failed -> failures++;
                case Pending pending -> {
                    failures = 0;
                    show(pending.answer());
                }
            }
            pace.sleep(OLD_INTERVAL);
        }
        return State.FAILED;
    }

    // py-xiaozhi: one check; it exits if that fails, or if the code is not entered within 5
    // minutes.
    private State desktop() throws InterruptedException {
        switch (checkIn()) {
            case Ready ready -> {
                return State.ACTIVATED;
            }
            case CheckInFailed failed -> {
                return State.FAILED;
            }
            case Pending pending -> show(pending.answer());
        }
        for (int i = 0; i < DESKTOP_POLLS; i++) {
            if (activate() instanceof Activated) {
                return State.ACTIVATED;
            }
            pace.sleep(DESKTOP_INTERVAL);
        }
        return State.FAILED;
    }

    private void show(OtaAnswer answer) {
        String code = answer.code();
        enter(code == null ? State.WAITING_WITHOUT_CODE : State.WAITING_WITH_CODE);
        if (code != null) {
            announce.accept(device.profile().mac(), code);
        }
    }

    // A broken rule stops a real device in its own way; here it counts as a failed check, so that
    // one bad reply does not cause a storm of requests.
    private CheckInResult checkIn() {
        long writes = device.nvs().writes();
        CheckInResult result;
        try {
            result = device.checkIn();
        } catch (RuleBroken e) {
            log.broken(e, device.profile().mac());
            silenced |= e.rule().equals("R16");
            result = new CheckInFailed(e.rule());
            warnings();
            return result;
        }
        if (result instanceof CheckInFailed failed) {
            log.trouble(failed.why(), device.profile().mac());
        } else {
            log.goodAnswer(device.nvs().writes() - writes);
        }
        warnings();
        return result;
    }

    private ActivateResult activate() {
        try {
            ActivateResult result = device.activate();
            if (result instanceof Refused refused) {
                log.trouble("activate " + refused.why(), device.profile().mac());
            }
            warnings();
            return result;
        } catch (RuleBroken e) {
            log.broken(e, device.profile().mac());
            warnings();
            return new Refused(e.rule());
        }
    }

    private void warnings() {
        for (RuleBroken broken : device.brokenAfterwards()) {
            log.broken(broken, device.profile().mac());
        }
        for (String warning : device.warnings()) {
            if (warned.add(warning)) {
                log.warning(warning, device.profile().mac());
            }
        }
    }

    /** The device was switched off. */
    public void off() {
        enter(State.OFF);
    }

    private void enter(State next) {
        if (next != state) {
            log.moved(state, next);
            state = next;
        }
    }
}
