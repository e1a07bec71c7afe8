package io.slipway.simulator.update;

import io.slipway.simulator.board.DeviceProfile;
import io.slipway.simulator.board.Hardware;
import io.slipway.simulator.board.ImageState;
import io.slipway.simulator.board.Nvs;
import io.slipway.simulator.board.Power;
import io.slipway.simulator.board.Reported;
import io.slipway.simulator.board.Variant;
import io.slipway.simulator.count.Traffic;
import io.slipway.simulator.device.ActivateResult;
import io.slipway.simulator.device.Caller;
import io.slipway.simulator.device.CheckInResult;
import io.slipway.simulator.device.Device;
import io.slipway.simulator.device.Wire;
import io.slipway.simulator.strict.OtaAnswer;
import io.slipway.simulator.strict.Response;
import io.slipway.simulator.strict.RuleBroken;
import io.slipway.simulator.strict.StrictAnswer;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A device that updates itself as firmware does (update-rules F1 to F13), step by step: {@link
 * #boot}, {@link #checkIn}, {@link #download} when it {@link #wantsUpdate}, {@link #boot} again.
 * The time between these steps is up to the caller; {@link UpdateFleet} simulates it.
 *
 * <p>Not thread-safe, except for {@link #truth}. A step that is impossible now, for example because
 * the power is off, throws {@link IllegalStateException}.
 */
public final class UpdatingDevice implements Caller {

    private final Hardware hardware;
    private final Updater updater;
    private final UpdateOptions options;
    private final UpdateLog log;
    private final Shelf shelf;
    private final Wire wire;
    private final SplittableRandom random;
    private final Nvs nvs = new Nvs();
    private final Flash flash;
    private final Witness witness;
    private DeviceProfile profile;
    private UpdateFaults faults;
    private Power power = Power.OFF;
    // A fault of this one copy of a build that is good elsewhere.
    private Behaviour quirk = Behaviour.GOOD;
    private @Nullable Device call;
    private @Nullable OtaAnswer offer;
    private int installs;
    private int rollbacks;
    private volatile Truth truth;

    /**
     * The actual state of a device, as opposed to the server's view.
     *
     * @param installs how often it booted a new image
     * @param rollbacks how often its bootloader rolled back
     */
    public record Truth(
            String mac,
            String clientId,
            String board,
            RunningImage image,
            Power power,
            int installs,
            int rollbacks) {}

    /** The image that it runs when it is on. */
    public record RunningImage(String version, String elfSha256, String slot, ImageState state) {}

    UpdatingDevice(UpdateOptions options, int index, Wire wire, UpdateLog log, Shelf shelf) {
        this.options = options;
        this.wire = wire;
        this.log = log;
        this.shelf = shelf;
        this.random = new SplittableRandom(options.seed * 1_000_003 + index);
        this.faults = options.faults;
        this.hardware = options.boards.draw(random);
        String version = options.versions.draw(random);
        this.flash = new Flash(hardware.table(), shelf.flashed(Shelf.factory(hardware, version)));
        this.updater = new Updater(hardware, flash, wire, log, shelf, options.pace);
        this.profile = DeviceProfile.of(Variant.WIFI, options.seed, index).on(hardware, version);
        this.witness = new Witness(flash, log, profile.mac());
        log.runs("", version);
        this.truth = observed();
    }

    /** A single device, as number 0 of a fleet. */
    public static UpdatingDevice of(UpdateOptions options) {
        var traffic = new Traffic(options.connections);
        return new UpdatingDevice(
                options,
                0,
                new Wire(options.url, null, traffic, options.hangUp),
                new UpdateLog(1, traffic),
                new Shelf());
    }

    /** Its current profile, with the version of the running image. */
    @Override
    public DeviceProfile profile() {
        return profile;
    }

    public Hardware hardware() {
        return hardware;
    }

    @Override
    public Nvs nvs() {
        return nvs;
    }

    @Override
    public Set<String> warnings() {
        return call == null ? Set.of() : call.warnings();
    }

    @Override
    public List<RuleBroken> brokenAfterwards() {
        return call == null ? List.of() : call.brokenAfterwards();
    }

    /** May be called by any thread; as of the end of the last step. */
    public Truth truth() {
        return truth;
    }

    /** Statistics of it and its fleet so far. */
    public UpdateReport report() {
        return log.report();
    }

    public Power power() {
        return power;
    }

    /** The faults from now on. */
    public void faults(UpdateFaults newFaults) {
        faults = newFaults;
    }

    private Truth observed() {
        return new Truth(
                profile.mac(),
                profile.clientId(),
                hardware.board(),
                new RunningImage(
                        flash.image().version(),
                        flash.image().image().description().elfSha256(),
                        flash.label(),
                        flash.state()),
                power,
                installs,
                rollbacks);
    }

    private void require(Power wanted) {
        if (power != wanted) {
            throw new IllegalStateException("the device is " + power);
        }
    }

    // ------------------------------------------------------------ power

    /**
     * Power comes on: the bootloader picks an image, and it boots.
     *
     * @return {@code ON} if it got as far as the network, {@code OFF} if it crashed, {@code
     *     HANGING} if it hangs
     */
    public Power boot() {
        require(Power.OFF);
        switch (flash.start()) {
            case SAME -> {}
            case TRIAL -> {
                installs++;
                witness.installed();
                quirk = faults.quirk(random);
            }
            case ROLLED_BACK -> {
                rollbacks++;
                log.count(UpdateCount.ROLLBACKS);
                quirk = Behaviour.GOOD;
            }
        }
        becomes(profile);
        offer = null;
        power = Power.ON;
        switch (behaviour()) {
            case CRASH_BEFORE_VALID -> crash();
            case HANG -> power = Power.HANGING;
            case GOOD, CRASH_ON_ANSWER, CRASH_AFTER_VALID -> {}
        }
        truth = observed();
        return power;
    }

    private void becomes(DeviceProfile who) {
        String before = profile.version();
        profile = who.on(hardware, flash.image().version());
        log.runs(before, profile.version());
        call =
                new Device(
                        profile,
                        wire,
                        options.clock,
                        Reported.of(hardware, flash.label(), flash.image().image()),
                        nvs);
    }

    private boolean strikes(UpdateFault fault) {
        return faults.strikes(fault, random);
    }

    /** How the running image behaves here. */
    public Behaviour behaviour() {
        Behaviour built = options.wreck.on(hardware.board(), flash.image());
        return built == Behaviour.GOOD ? quirk : built;
    }

    /** It restarts by itself, immediately: {@link #boot} is next. */
    public void crash() {
        log.count(UpdateCount.CRASHES);
        powerOff();
    }

    /** Power is lost. */
    public void powerOff() {
        if (power != Power.GONE) {
            power = Power.OFF;
        }
        truth = observed();
    }

    // ------------------------------------------------------------ the cable

    /** It is flashed by cable; its settings stay. */
    public void flashByCable(FirmwareFile file) {
        require(Power.OFF);
        log.count(UpdateCount.REFLASHES);
        flash.cable(shelf.flashed(file));
        quirk = Behaviour.GOOD;
        witness.flashed();
        becomes(profile);
        truth = observed();
    }

    /** Its settings are erased, so that it gets a new Client-Id. */
    public void eraseSettings() {
        require(Power.OFF);
        log.count(UpdateCount.REFLASHES);
        nvs.erase();
        int other = random.nextInt(0x100_0000);
        becomes(
                profile.withClientId(
                        DeviceProfile.of(Variant.WIFI, ~options.seed, other).clientId()));
        truth = observed();
    }

    /** A change made by cable while it is off. */
    void mishaps() {
        int any = strikes(UpdateFault.USB_REFLASH) ? random.nextInt(3) : -1;
        if (strikes(UpdateFault.USB_OTHER_VERSION) || any == 0) {
            String drawn = options.versions.draw(random);
            String other = drawn.equals(profile.version()) ? "9.9.9" : drawn;
            flashByCable(Shelf.factory(hardware, other));
        }
        if (strikes(UpdateFault.USB_OTHER_BUILD) || any == 1) {
            flashByCable(
                    Shelf.factory(hardware, flash.image().version())
                            .withElfSeed(1 + random.nextInt(3)));
        }
        if (strikes(UpdateFault.USB_ERASE) || any == 2) {
            eraseSettings();
        }
    }

    // ------------------------------------------------------------ check-in

    /**
     * Asks {@code /ota}. After a good reply without an update the running image is marked valid
     * (update-rules F7).
     *
     * @throws RuleBroken if the reply would break a device
     */
    @Override
    public CheckInResult checkIn() {
        require(Power.ON);
        offer = null;
        Device mine = Objects.requireNonNull(call);
        if (strikes(UpdateFault.LOST_POST)) {
            return new CheckInResult.CheckInFailed("check-in lost");
        }
        boolean changed = witness.told();
        if (strikes(UpdateFault.LOST_ANSWER)) {
            ask(mine);
            return new CheckInResult.CheckInFailed("answer lost");
        }
        if (strikes(UpdateFault.DUPLICATE_POST)) {
            log.count(UpdateCount.DUPLICATES);
            OtaAnswer first = ask(mine);
            if (first != null) {
                witness.answered(first, changed);
            }
        }
        CheckInResult result = mine.checkIn();
        switch (result) {
            case CheckInResult.Ready ready -> answered(ready.answer(), changed);
            case CheckInResult.Pending pending -> answered(pending.answer(), changed);
            case CheckInResult.CheckInFailed failed -> {}
        }
        truth = observed();
        return result;
    }

    // A reply that the device itself ignores.
    private @Nullable OtaAnswer ask(Device mine) {
        try {
            Response response = mine.post();
            return response.status() == 200
                    ? StrictAnswer.read(response.body(), profile, options.clock.millis())
                    : null;
        } catch (IOException e) {
            return null;
        }
    }

    private void answered(OtaAnswer answer, boolean changed) {
        witness.answered(answer, changed);
        if (answer.upgrade()) {
            log.count(UpdateCount.OFFERS);
        }
        boolean trial = flash.state() == ImageState.PENDING_VERIFY;
        if (trial && behaviour() == Behaviour.CRASH_ON_ANSWER) {
            crash();
        } else if (answer.upgrade()) {
            offer = answer;
        } else {
            flash.markValid();
        }
    }

    @Override
    public ActivateResult activate() {
        require(Power.ON);
        return Objects.requireNonNull(call).activate();
    }

    // ------------------------------------------------------------ update

    /** Whether the last reply had an update that has not been installed or failed yet. */
    public boolean wantsUpdate() {
        return offer != null;
    }

    /**
     * Downloads and installs what the last reply offered. The result is not reported. On failure,
     * firmware before 1.8.0 restarts, so the device is off; newer firmware marks itself valid and
     * continues (update-rules F9).
     */
    public DownloadResult download() {
        return download(0);
    }

    /**
     * @param rate bytes per second of the device's time, 0 for unlimited
     */
    DownloadResult download(int rate) {
        require(Power.ON);
        OtaAnswer mine = offer;
        if (mine == null) {
            throw new IllegalStateException("nothing was offered");
        }
        offer = null;
        DownloadResult result = updater.update(mine, profile, faults, rate, random);
        switch (result) {
            case DownloadResult.Installed installed -> {
                powerOff();
                if (strikes(UpdateFault.NO_RETURN)) {
                    power = Power.GONE;
                    log.count(UpdateCount.LOST);
                }
            }
            case DownloadResult.PowerLost lost -> powerOff();
            case DownloadResult.DownloadFailed failed -> {
                if (profile.before("1.8.0")) {
                    log.count(UpdateCount.FAILURE_REBOOTS);
                    powerOff();
                } else {
                    flash.markValid();
                }
            }
        }
        truth = observed();
        return result;
    }

    /** A state that no sequence of steps may lead to; empty if all is well. */
    public String wrong() {
        return flash.wrong();
    }
}
