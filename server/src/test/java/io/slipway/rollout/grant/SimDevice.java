package io.slipway.rollout.grant;

import static io.slipway.rollout.rules.Given.DAY;
import static io.slipway.rollout.rules.Given.HOUR;
import static io.slipway.rollout.rules.Given.MINUTE;
import static io.slipway.rollout.rules.Given.SECOND;

import io.slipway.protocol.FirmwareVersion;
import io.slipway.protocol.ota.Partition;
import io.slipway.protocol.socket.Battery;
import io.slipway.rollout.grant.SimImage.Behaviour;
import io.slipway.rollout.rules.Given;
import io.slipway.rollout.rules.attempt.Evidence;
import io.slipway.rollout.rules.attempt.RunningBuild;
import io.slipway.rollout.rules.attempt.Vote;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A device with the real firmware's behaviour (update-rules F1 to F13): it checks in once per boot,
 * takes what is newer or forced, downloads from byte 0, boots the image on trial, and its
 * bootloader rolls back if the trial fails.
 */
final class SimDevice {

    /** update-rules F10 */
    private static final int TRIES = 10;

    final String id;
    final String board;
    final List<Partition> table;
    private final SimWorld world;
    private final SimGateway server;
    private final SimFaults faults;
    private final long bootsEvery;
    private final SimImage first;
    private final SimImage[] slots = new SimImage[2];
    private int running;
    // Written and not booted yet; booted and not yet marked valid (update-rules F7).
    private boolean fresh;
    private boolean pending;
    // Counts boots: events scheduled in an earlier one are dropped.
    private int life;
    private boolean gone;
    private boolean unplugged;
    private String lastInstalled = "";
    private boolean otherSeen = true;

    /** Its account, and its vote. */
    String account = Given.ACCOUNT;

    Vote vote = Vote.FULL;

    /** PSRAM that it reports, in bytes; negative for nothing, as for all stock firmware. */
    long psram = -1;

    /**
     * Generates its signal and battery level as it is moved about; null for one that is not moved.
     */
    @Nullable Random places;

    /** How any build behaves on its account's devices; null for the build's own behaviour. */
    @Nullable Behaviour madeUp;

    /** The published protocol's own sample reports a hash that is too short. */
    boolean tellsHash = true;

    /** How often it booted a new image. */
    int installs;

    /** How often it got an update that was bound to fail (update-rules F8): visible to its user. */
    int hopeless;

    /** How often a failed update made it reboot (update-rules F9). */
    int failureReboots;

    /** How often it installed a build again that it had last checked in with. */
    int repeats;

    SimDevice(
            String id,
            String board,
            List<Partition> table,
            SimImage image,
            SimWorld world,
            SimGateway server,
            SimFaults faults,
            long bootsEvery) {
        this.id = id;
        this.board = board;
        this.table = table;
        this.world = world;
        this.server = server;
        this.faults = faults;
        this.bootsEvery = bootsEvery;
        first = image;
        slots[0] = image;
        slots[1] = image;
    }

    SimImage image() {
        return slots[running];
    }

    RunningBuild says() {
        String label = table.stream().anyMatch(p -> p.label().equals("ota_0")) ? "ota_" : "factory";
        String slot = label.equals("factory") ? label : label + running;
        return new RunningBuild(image().version(), tellsHash ? image().elf() : "c8a8ecb6", slot);
    }

    /** In dBm at its check-in; 0 for unknown. */
    int rssi() {
        return places == null ? 0 : -60 - places.nextInt(40);
    }

    /** Its battery as reported in a session; null without one. */
    @Nullable Battery battery(long now) {
        return places == null ? null : new Battery(places.nextInt(60), places.nextInt(3) == 0, now);
    }

    private Behaviour behaviour(SimImage of) {
        return madeUp == null || of.equals(first) ? of.on(board) : madeUp;
    }

    private FirmwareVersion version() {
        return Given.version(image().version());
    }

    private void later(long delay, Runnable action) {
        int mine = life;
        world.after(
                delay,
                () -> {
                    if (mine == life && !gone) {
                        action.run();
                    }
                });
    }

    /** Permanently. */
    void unplug() {
        unplugged = true;
        life++;
    }

    // ------------------------------------------------------------ power

    /** Is plugged in for the first time. */
    void plugIn() {
        world.after(world.between(0, bootsEvery), this::boot);
        if (faults.reflashPerDay() > 0) {
            world.after(world.around((long) (DAY / faults.reflashPerDay())), this::reflash);
        }
    }

    private void boot() {
        if (gone || unplugged) {
            return;
        }
        life++;
        if (fresh) {
            fresh = false;
            pending = true;
            installed();
        } else if (pending) {
            // The bootloader: a trial that was not marked valid has failed.
            pending = false;
            running = 1 - running;
        }
        // Nobody pulls the plug while the screen still shows that it is starting.
        later(2 * MINUTE + world.around(bootsEvery), this::restart);
        switch (behaviour(image())) {
            case CRASHES_EARLY -> later(world.between(2, 9) * SECOND, this::restart);
            case HANGS -> {}
            case GOOD, CORRUPT, CRASHES_ON_ANSWER, CRASHES_VALID ->
                    later(world.between(8 * SECOND, 30 * SECOND), () -> checkIn(1));
        }
    }

    private void installed() {
        installs++;
        if (image().elf().equals(lastInstalled) && !otherSeen) {
            repeats++;
        }
        lastInstalled = image().elf();
        otherSeen = false;
    }

    private void restart() {
        off(world.between(SECOND, 3 * SECOND));
    }

    private void off(long duration) {
        life++;
        world.after(duration, this::boot);
    }

    /** It was taken to the bench to be flashed. */
    private void reflash() {
        if (unplugged) {
            return;
        }
        life++;
        fresh = false;
        pending = false;
        running = 0;
        SimImage target = server.anyTarget();
        slots[0] =
                switch (world.random.nextInt(5)) {
                    case 0 -> SimImage.good("9.9.9");
                    case 1 -> slots[1];
                    case 2 -> behaviour(target) == Behaviour.GOOD ? target : slots[1];
                    case 3 -> target.imitation();
                    default -> slots[1].withoutHash();
                };
        if (world.chance(faults.eraseOnReflash())) {
            server.erased(this);
        }
        lastInstalled = "";
        gone = false;
        world.after(world.between(MINUTE, HOUR), this::boot);
        world.after(world.around((long) (DAY / faults.reflashPerDay())), this::reflash);
    }

    // ------------------------------------------------------------ check-in

    private void checkIn(int attempt) {
        if (world.chance(faults.post().lost())) {
            later(30 * SECOND, () -> failed(attempt));
            return;
        }
        RunningBuild me = says();
        SimGateway.Answer answer = server.post(this, me);
        if (answer.taken() && !image().elf().equals(lastInstalled)) {
            otherSeen = true;
        }
        if (world.chance(faults.post().duplicate())) {
            // The same POST again; its answer is ignored.
            world.after(world.between(0, 3 * SECOND), () -> server.post(this, me));
        }
        if (!answer.ok()) {
            later(SECOND, () -> failed(attempt));
        } else if (world.chance(faults.post().lostAnswer())) {
            later(30 * SECOND, () -> failed(attempt));
        } else {
            later(world.between(50, 500), () -> answered(answer));
        }
    }

    // update-rules F10: ten attempts, then it continues without being marked valid.
    private void failed(int attempt) {
        if (attempt < TRIES) {
            later((10L << (attempt - 1)) * SECOND, () -> checkIn(attempt + 1));
        }
    }

    private void answered(SimGateway.Answer answer) {
        if (pending && behaviour(image()) == Behaviour.CRASHES_ON_ANSWER) {
            later(SECOND, this::restart);
            return;
        }
        boolean wants =
                answer.offerId() != null
                        && (answer.force()
                                || Given.version(answer.image().version()).isNewerThan(version()));
        if (!wants) {
            valid();
        } else if (pending) {
            hopeless++;
            updateFailed();
        } else {
            later(4 * SECOND, () -> download(answer));
        }
    }

    // update-rules F7
    private void valid() {
        pending = false;
        if (behaviour(image()) == Behaviour.CRASHES_VALID) {
            later(world.between(10, 45) * SECOND, this::restart);
        } else if (world.chance(0.3)) {
            later(world.around(HOUR), () -> server.session(this));
        }
    }

    // update-rules F9
    private void updateFailed() {
        if (version().compareTo(Given.version("1.8.0")) < 0) {
            failureReboots++;
            restart();
        } else {
            valid();
        }
    }

    // ------------------------------------------------------------ download

    private void download(SimGateway.Answer answer) {
        SimGateway.Download get =
                world.chance(faults.download().noStart()) ? null : server.get(answer.offerId());
        if (get == null) {
            updateFailed();
            return;
        }
        long time = world.between(15 * SECOND, 60 * SECOND);
        long broken = world.between(0, time);
        if (world.chance(faults.download().powerLoss())) {
            // The server notices when it gives up writing.
            world.after(
                    broken + world.between(0, MINUTE), () -> end(get, Evidence.DownloadEnd.CUT));
            later(broken, () -> off(world.between(5 * SECOND, 10 * MINUTE)));
        } else if (world.chance(faults.download().cut())) {
            world.after(broken, () -> end(get, Evidence.DownloadEnd.CUT));
            later(broken, this::updateFailed);
        } else if (world.chance(faults.download().serverCut())) {
            world.after(broken, () -> end(get, Evidence.DownloadEnd.CUT_BY_US));
            later(broken, this::updateFailed);
        } else {
            int mine = life;
            world.after(
                    time,
                    // Unless it was powered off in the meantime.
                    () ->
                            end(
                                    get,
                                    mine == life
                                            ? Evidence.DownloadEnd.COMPLETE
                                            : Evidence.DownloadEnd.CUT));
            later(time, () -> write(answer.image()));
        }
    }

    private void end(SimGateway.Download get, Evidence.DownloadEnd end) {
        if (!world.chance(faults.download().unrecorded())) {
            server.ended(get, end);
        }
    }

    private void write(SimImage image) {
        if (behaviour(image) == Behaviour.CORRUPT) {
            updateFailed();
            return;
        }
        slots[1 - running] = image;
        running = 1 - running;
        fresh = true;
        if (!world.chance(faults.download().noReturn())) {
            restart();
        } else if (world.random.nextBoolean()) {
            off(world.around(3 * DAY));
        } else {
            life++;
            gone = true;
        }
    }
}
