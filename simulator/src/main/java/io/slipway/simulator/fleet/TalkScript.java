package io.slipway.simulator.fleet;

import io.slipway.simulator.board.Variant;
import io.slipway.simulator.device.Device;
import io.slipway.simulator.strict.OtaAnswer;
import io.slipway.simulator.strict.RuleBroken;
import io.slipway.simulator.talk.Clip;
import io.slipway.simulator.talk.TalkDoor;
import io.slipway.simulator.talk.TalkLog;
import io.slipway.simulator.talk.TalkMode;
import io.slipway.simulator.talk.TalkMoment;
import io.slipway.simulator.talk.TalkUrl;
import io.slipway.simulator.talk.TalkingDevice;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * How people use a ready device: they wake it, ask, listen, interrupt it, carry it out of reach of
 * their Wi-Fi and come back. The same seed gives the same people. Not thread-safe.
 */
final class TalkScript {

    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final Duration LONGEST_ANSWER = Duration.ofMinutes(2);
    private static final Duration STOP = Duration.ofSeconds(10);
    private static final Duration IDLE = Duration.ofMinutes(2);
    private static final Duration BOOT = Duration.ofSeconds(3);
    private static final Duration POWER_CYCLE = Duration.ofMinutes(1);

    /** Not divided by the pace, in order not to flood a server that is down. */
    private static final long AFTER_FAILURE_MS = 200;

    private static final String WAKE_WORD = "你好小智";

    private final Device device;
    private final Boot boot;
    private final FleetOptions options;
    private final int layout;
    private final @Nullable InetAddress source;
    private final TalkLog log;
    private final SplittableRandom random;
    private @Nullable TalkingDevice vanished;

    /** When a device loses its Wi-Fi during a conversation. */
    private enum Loss {
        NEVER,
        ASKING,
        ANSWERED
    }

    /**
     * @param index number of the device in the fleet; determines its audio layout
     * @param source the address to connect from, null for any
     */
    TalkScript(
            Device device,
            Boot boot,
            FleetOptions options,
            int index,
            @Nullable InetAddress source,
            TalkLog log) {
        this.device = device;
        this.boot = boot;
        this.options = options;
        this.layout = device.profile().variant() == Variant.PY_XIAOZHI ? 1 : 1 + index % 3;
        this.source = source;
        this.log = log;
        this.random = new SplittableRandom(options.seed() * 31 + index);
    }

    /** Talks as often as the options say. */
    void run() throws InterruptedException {
        if (!device.profile().variant().talksWhereTold()) {
            return;
        }
        try {
            for (int i = 0; i < options.sessions(); i++) {
                pause(1_000, 8_000);
                TalkDoor door = door();
                if (door == null) {
                    return;
                }
                if (session(door)) {
                    log.rebooted();
                    restart();
                }
            }
        } finally {
            if (vanished != null) {
                vanished.close();
            }
        }
    }

    private void restart() throws InterruptedException {
        device.reboot();
        options.timing().pace().sleep(BOOT);
        while (!boot.run()) {
            options.timing().pace().sleep(POWER_CYCLE);
            device.reboot();
        }
    }

    private @Nullable TalkDoor door() {
        OtaAnswer answer = device.lastAnswer();
        String url = device.nvs().get("websocket/url");
        String mac = device.profile().mac();
        if (url == null || answer == null || !answer.mqtt().isEmpty()) {
            log.trouble("talk nowhere: the OTA answer names no WebSocket", mac);
            return null;
        }
        String token = device.nvs().get("websocket/token");
        try {
            return new TalkDoor(TalkUrl.parse(url), token == null ? "" : token, layout, source);
        } catch (IllegalArgumentException e) {
            log.broken(new RuleBroken("R4", "not the address of a WebSocket: " + url), mac);
            return null;
        }
    }

    /** One conversation; returns whether the device restarts after it. */
    private boolean session(TalkDoor door) throws InterruptedException {
        var talking = new TalkingDevice(device.profile(), door, options.timing().pace(), log);
        try {
            talking.open();
            converse(talking);
        } catch (IOException e) {
            log.trouble("talk refused: " + e.getMessage(), device.profile().mac());
            Thread.sleep(AFTER_FAILURE_MS);
        } finally {
            if (talking != vanished) {
                talking.close();
            }
        }
        TalkMoment end = talking.moment();
        return end.panicked() || end.rebootAsked();
    }

    private void converse(TalkingDevice talking) throws InterruptedException {
        int drawn = random.nextInt(10);
        TalkMode mode =
                drawn == 0 ? TalkMode.REALTIME : drawn < 3 ? TalkMode.MANUAL : TalkMode.AUTO;
        Loss loss = Loss.NEVER;
        if (random.nextInt(12) == 0) {
            loss = random.nextBoolean() ? Loss.ASKING : Loss.ANSWERED;
        }
        // Boards without a wake word, and buttons, start to listen at once.
        if (mode != TalkMode.MANUAL && random.nextInt(5) > 0) {
            talking.wake(Clip.BUNDLED.wakeWord(), WAKE_WORD);
        }
        talking.listen(mode);
        // Some servers greet every caller.
        talking.awaitInSilence(scaled(400), m -> m.received().starts() > 0 || over(m));
        boolean more = talking.moment().received().starts() == 0 || answer(talking, 0, Loss.NEVER);
        int turns = 1 + random.nextInt(3);
        for (int i = 0; more && i < turns; i++) {
            if (i > 0) {
                listenAgain(talking, mode);
            }
            more = turn(talking, mode, i == turns - 1 ? loss : Loss.NEVER);
        }
        if (more
                && mode == TalkMode.AUTO
                && options.timing().pace().speed() == 1
                && random.nextInt(30) == 0) {
            forgotten(talking);
        }
        if (over(talking.moment())) {
            // It was told the reason, which is followed by a reboot or a close.
            talking.awaitInSilence(ANSWER, m -> m.rebootAsked() || m.connection().closedByServer());
        }
    }

    // Firmware does so by itself after playing everything, except in button mode.
    private void listenAgain(TalkingDevice talking, TalkMode mode) throws InterruptedException {
        TalkMoment now = talking.moment();
        Thread.sleep(Duration.ofNanos(now.leftNanos()));
        if (mode != TalkMode.REALTIME) {
            talking.listen(mode);
        }
        talking.awaitInSilence(scaled(300 + random.nextInt(1500)), TalkScript::over);
    }

    /** Asks and waits for the answer; false if the conversation is over. */
    private boolean turn(TalkingDevice talking, TalkMode mode, Loss loss)
            throws InterruptedException {
        TalkMoment before = talking.moment();
        List<byte[]> question = Clip.BUNDLED.question();
        if (loss == Loss.ASKING) {
            talking.speak(question.subList(0, random.nextInt(question.size())));
            lose(talking);
            return false;
        }
        boolean whole = talking.speak(question);
        long asked = System.nanoTime();
        if (whole && mode == TalkMode.MANUAL) {
            talking.stop();
        }
        boolean begun =
                talking.awaitInSilence(
                        ANSWER, m -> m.received().starts() > before.received().starts() || over(m));
        TalkMoment now = talking.moment();
        if (over(now)) {
            return false;
        }
        if (!begun) {
            if (now.connection().open()) {
                log.trouble("talk silence: no answer within 30 s", device.profile().mac());
            }
            return false;
        }
        if (whole) {
            log.answered(now.startedAt() - asked);
        }
        return answer(talking, before.received().stops(), loss);
    }

    private boolean answer(TalkingDevice talking, int stops, Loss loss)
            throws InterruptedException {
        if (loss == Loss.ANSWERED) {
            talking.await(
                    scaled(random.nextInt(2_000)), m -> m.received().stops() > stops || over(m));
            lose(talking);
            return false;
        }
        boolean interrupts = random.nextInt(6) == 0;
        Duration patience = interrupts ? scaled(200 + random.nextInt(1_800)) : LONGEST_ANSWER;
        boolean ended =
                talking.awaitInSilence(patience, m -> m.received().stops() > stops || over(m));
        TalkMoment now = talking.moment();
        if (over(now) || !now.connection().open()) {
            return false;
        }
        if (ended) {
            log.turn();
            return true;
        }
        if (!interrupts) {
            log.trouble("talk endless: an answer of over 120 s", device.profile().mac());
            return false;
        }
        return interrupt(talking, stops);
    }

    private boolean interrupt(TalkingDevice talking, int stops) throws InterruptedException {
        log.interrupted();
        boolean wakeWord = random.nextBoolean();
        TalkMode mode = talking.moment().mode();
        talking.abort(wakeWord);
        if (wakeWord) {
            talking.listen(mode);
        }
        boolean quiet = talking.awaitInSilence(STOP, m -> m.received().stops() > stops || over(m));
        TalkMoment now = talking.moment();
        if (!quiet && now.connection().open()) {
            log.warning("§7.5 abort: no tts stop within 10 s", device.profile().mac());
        }
        return quiet && !over(now);
    }

    private void forgotten(TalkingDevice talking) throws InterruptedException {
        talking.listen(TalkMode.AUTO);
        if (!talking.awaitInSilence(IDLE, TalkScript::over)
                && talking.moment().connection().open()) {
            log.warning("§7.6 idle: open after 120 s of silence", device.profile().mac());
        }
    }

    private void lose(TalkingDevice talking) {
        log.lost();
        if (random.nextBoolean()) {
            talking.lose();
            return;
        }
        if (vanished != null) {
            vanished.close();
        }
        vanished = talking;
        talking.vanish();
    }

    /** Whether the device was told to do something other than talk. */
    private static boolean over(TalkMoment now) {
        return now.connection().closedByServer()
                || now.rebootAsked()
                || now.received().alerts() > 0;
    }

    private Duration scaled(int ms) {
        return Duration.ofNanos((long) (ms * 1e6 / options.timing().pace().speed()));
    }

    private void pause(int leastMs, int mostMs) throws InterruptedException {
        Thread.sleep(scaled(random.nextInt(leastMs, mostMs)));
    }
}
