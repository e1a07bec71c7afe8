package io.slipway.simulator.update;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.slipway.protocol.firmware.AppImage;
import io.slipway.protocol.firmware.ImageReader;
import io.slipway.protocol.firmware.ImageRefusal;
import io.slipway.protocol.firmware.Inspection;
import io.slipway.simulator.board.DeviceProfile;
import io.slipway.simulator.board.Hardware;
import io.slipway.simulator.board.Pace;
import io.slipway.simulator.device.Wire;
import io.slipway.simulator.strict.OtaAnswer;
import io.slipway.simulator.strict.RuleBroken;
import io.slipway.simulator.strict.StrictDownload;
import java.io.IOException;
import java.util.SplittableRandom;

/**
 * {@code Ota::Upgrade}: from a URL into the other slot (device-contract 9.2, update-rules F4, F8,
 * F13, F14). Failures caused by the server are recorded as broken rules. Not thread-safe.
 */
final class Updater {

    /** Image header, segment header, description: {@code ota.cc:332-334}. */
    private static final int HEADER = 288;

    private static final int VERSION = 48;
    private static final int MAGIC = 0xe9;

    private final Hardware hardware;
    private final Flash flash;
    private final Wire wire;
    private final UpdateLog log;
    private final Shelf shelf;
    private final Pace pace;

    Updater(Hardware hardware, Flash flash, Wire wire, UpdateLog log, Shelf shelf, Pace pace) {
        this.hardware = hardware;
        this.flash = flash;
        this.wire = wire;
        this.log = log;
        this.shelf = shelf;
        this.pace = pace;
    }

    DownloadResult update(
            OtaAnswer offer,
            DeviceProfile device,
            UpdateFaults faults,
            int rate,
            SplittableRandom random) {
        if (flash.room() == 0) {
            return new DownloadResult.DownloadFailed("no slot");
        }
        if (faults.strikes(UpdateFault.NO_START, random)) {
            return new DownloadResult.DownloadFailed("no connection");
        }
        try (StrictDownload file = wire.get(offer.url(), device)) {
            return begun(file, offer, device, faults, rate, random);
        } catch (RuleBroken e) {
            log.count(UpdateCount.REFUSED);
            log.fleet.broken(e, device.mac());
            return new DownloadResult.DownloadFailed(e.rule() + ": " + e.what());
        } catch (IOException e) {
            log.count(UpdateCount.REFUSED);
            return trouble("download: " + e, device);
        }
    }

    private DownloadResult trouble(String what, DeviceProfile device) {
        log.fleet.trouble(what, device.mac());
        return new DownloadResult.DownloadFailed(what);
    }

    private DownloadResult begun(
            StrictDownload file,
            OtaAnswer offer,
            DeviceProfile device,
            UpdateFaults faults,
            int rate,
            SplittableRandom random)
            throws IOException {
        if (file.status() != 200) {
            log.count(UpdateCount.REFUSED);
            return trouble("download HTTP " + file.status(), device);
        }
        log.count(UpdateCount.DOWNLOADS);
        long length = file.length();
        if (length > flash.room()) {
            broken(device, "§9.3", length + " bytes for a slot of " + flash.room());
        }
        var places =
                new FlashTransfer.Places(
                        faults.place(UpdateFault.BAD_IMAGE, length, random),
                        faults.place(UpdateFault.CUT, length, random),
                        faults.place(UpdateFault.POWER_LOSS, length, random));
        var intake = new FlashTransfer(file, places, pace, rate);
        try {
            return write(file, intake, offer, device, places.corrupt() >= 0);
        } catch (FlashTransfer.Stopped e) {
            cut(file);
            return e.power
                    ? new DownloadResult.PowerLost(e.at)
                    : new DownloadResult.DownloadFailed("Wi-Fi lost at byte " + e.at);
        } catch (IOException e) {
            cut(file);
            return trouble("download: " + e.getMessage(), device);
        }
    }

    private void broken(DeviceProfile device, String rule, String what) {
        log.fleet.broken(new RuleBroken(rule, what), device.mac());
    }

    private void ended(StrictDownload file) {
        boolean complete = file.at() == file.length();
        log.count(complete ? UpdateCount.COMPLETE : UpdateCount.CUT);
    }

    private void cut(StrictDownload file) throws IOException {
        log.count(UpdateCount.CUT);
        file.cut();
    }

    private DownloadResult write(
            StrictDownload file,
            FlashTransfer intake,
            OtaAnswer offer,
            DeviceProfile device,
            boolean corrupt)
            throws IOException {
        byte[] head = intake.head();
        if (intake.headLength() >= HEADER) {
            // Removed in 2.0.0: since then the same version is flashed again.
            if (device.before("2.0.0") && version(head).equals(device.version())) {
                cut(file);
                return new DownloadResult.DownloadFailed("the same version");
            }
            if (flash.begin() == Flash.Begin.ON_TRIAL) {
                log.count(UpdateCount.HOPELESS);
                cut(file);
                return new DownloadResult.DownloadFailed("the running image is on trial");
            }
        }
        if ((head[0] & 0xff) != MAGIC) {
            // esp_ota_write checks this byte before anything is written.
            cut(file);
            return bad(device, "the first byte is not 0xE9", corrupt);
        }
        return switch (ImageReader.read(intake, flash.room())) {
            case Inspection.AcceptedImage(AppImage image) -> {
                ended(file);
                yield verified(image, head, offer, device, corrupt);
            }
            case Inspection.RefusedFile(ImageRefusal refusal) -> {
                if (refusal.reason() == ImageRefusal.Fault.TOO_LARGE) {
                    cut(file);
                    yield bad(device, refusal.en(), true);
                }
                // It is verified only at its end.
                intake.drain();
                ended(file);
                yield bad(device, refusal.en(), corrupt);
            }
        };
    }

    private static String version(byte[] head) {
        int end = VERSION;
        while (end < VERSION + 32 && head[end] != 0) {
            end++;
        }
        return new String(head, VERSION, end - VERSION, UTF_8);
    }

    /**
     * @param known whether it is not the file's fault, or was already reported
     */
    private DownloadResult bad(DeviceProfile device, String why, boolean known) {
        log.count(UpdateCount.BAD_IMAGES);
        if (!known) {
            broken(device, "§9.1", why);
        }
        return new DownloadResult.DownloadFailed(why);
    }

    private DownloadResult verified(
            AppImage image, byte[] head, OtaAnswer offer, DeviceProfile device, boolean corrupt) {
        if (image.chip() != hardware.chip()) {
            return bad(device, "an image for " + image.chip().model(), false);
        }
        int revision = hardware.revision();
        if (image.minRevision() > revision || image.maxRevision() < revision) {
            return bad(device, "an image for other revisions of the chip", false);
        }
        String version = image.description().version().toString();
        if (!corrupt && !version.equals(offer.version())) {
            broken(device, "R10", "offered " + offer.version() + ", the file is " + version);
        }
        flash.end(shelf.shared(new Flashed(image, Marker.read(head, Marker.END))));
        return new DownloadResult.Installed(version, image.description().elfSha256());
    }
}
