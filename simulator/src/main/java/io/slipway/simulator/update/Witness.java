package io.slipway.simulator.update;

import io.slipway.simulator.board.ImageState;
import io.slipway.simulator.strict.OtaAnswer;
import io.slipway.simulator.strict.RuleBroken;

/**
 * Watches how a server treats one device, and records what is pointless or goes in circles: offers
 * that the device survives, but that no server should make. Not thread-safe.
 */
final class Witness {

    private final Flash flash;
    private final UpdateLog log;
    private final String mac;
    // The build and slot of the last POST that was sent, "" before the first.
    private String told = "";
    private String lastInstalled = "";
    private boolean otherSeen = true;

    Witness(Flash flash, UpdateLog log, String mac) {
        this.flash = flash;
        this.log = log;
        this.mac = mac;
    }

    private String running() {
        return flash.image().image().description().elfSha256();
    }

    private void broken(String rule, String what) {
        log.fleet.broken(new RuleBroken(rule, what), mac);
    }

    /** A POST is sent; returns whether it reports another build or slot than the one before. */
    boolean told() {
        String now = flash.label() + " " + running();
        boolean changed = !told.isEmpty() && !told.equals(now);
        told = now;
        return changed;
    }

    /**
     * A good reply has arrived.
     *
     * @param changed the result of {@link #told} for its POST
     */
    void answered(OtaAnswer answer, boolean changed) {
        otherSeen |= !running().equals(lastInstalled);
        if (!answer.upgrade()) {
            return;
        }
        if (flash.state() == ImageState.PENDING_VERIFY) {
            broken("F8", "an offer while the running image is on trial");
        } else if (changed) {
            broken("U4", "an offer in the first check-in after the build changed");
        }
        if (flash.room() == 0) {
            broken("F13", "an offer to a device without a slot to install it in");
        }
        if (answer.needsActivation()) {
            broken("F9", "an offer to a device that is not activated");
        }
    }

    /** A new image has booted: never twice the same without a check-in of another in between. */
    void installed() {
        log.count(UpdateCount.INSTALLS);
        if (running().equals(lastInstalled) && !otherSeen) {
            log.count(UpdateCount.REPEATS);
            String version = flash.image().version();
            broken("F5", "installed what it had last reported itself: " + version);
        }
        lastInstalled = running();
        otherSeen = false;
    }

    /** The device was changed by cable. */
    void flashed() {
        lastInstalled = "";
    }
}
