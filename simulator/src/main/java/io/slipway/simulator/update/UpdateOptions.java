package io.slipway.simulator.update;

import io.slipway.protocol.FirmwareVersion;
import io.slipway.simulator.board.Hardware;
import io.slipway.simulator.board.Pace;
import io.slipway.simulator.device.HangUp;
import io.slipway.simulator.device.OtaUrl;
import io.slipway.simulator.fleet.FleetOptions;
import io.slipway.simulator.fleet.Owner;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * A fleet that updates itself, and how to run it. Setters throw {@link IllegalArgumentException}
 * for invalid values. Not thread-safe; a fleet copies the settings when it is created.
 */
public final class UpdateOptions {

    public final OtaUrl url;
    public final int devices;
    Weights<Hardware> boards = Weights.parse("bread-compact-wifi", Hardware::parse);
    Weights<String> versions = Weights.parse("2.4.2", version -> version);
    long seed = 1;
    public Pace pace = Pace.REAL;
    Duration ramp = Duration.ZERO;
    public Duration limit = Duration.ofMinutes(2);
    public Duration rebootEvery = Duration.ofHours(8);
    HangUp hangUp = HangUp.AT_ONCE;
    int connections = 500;
    int rate = 60_000;
    public UpdateFaults faults = UpdateFaults.NONE;
    public Wreck wreck = Wreck.NONE;
    @Nullable Owner owner;
    InstantSource clock = InstantSource.system();

    private UpdateOptions(OtaUrl url, int devices) {
        this.url = url;
        this.devices = devices;
        if (devices < 1 || devices > FleetOptions.MAX_DEVICES) {
            throw new IllegalArgumentException("1 to " + FleetOptions.MAX_DEVICES + " devices");
        }
    }

    /**
     * Boards of one kind on 2.4.2, in real time, all at once, for at most two minutes, without
     * faults and without an owner.
     *
     * @param url the OTA address in their settings
     */
    public static UpdateOptions of(String url, int devices) {
        return of(OtaUrl.parse(url), devices);
    }

    /** Like {@link #of(String, int)}. */
    public static UpdateOptions of(OtaUrl url, int devices) {
        return new UpdateOptions(url, devices);
    }

    /** {@code board[:chip[:table]]=weight,…}; {@link Hardware#parse} parses each. */
    public UpdateOptions boards(String text) {
        boards = Weights.parse(text, Hardware::parse);
        return this;
    }

    /** Their initial versions, {@code 2.4.2=70,1.7.6=30}; 1.2.0 or newer. */
    public UpdateOptions versions(String text) {
        versions = Weights.parse(text, UpdateOptions::version);
        return this;
    }

    private static String version(String text) {
        if (!FirmwareVersion.uploadable(text)) {
            throw new IllegalArgumentException("not a version of digits and dots: " + text);
        }
        return text;
    }

    /** The same seed gives the same devices with the same faults. */
    public UpdateOptions seed(long newSeed) {
        seed = newSeed;
        return this;
    }

    /** The speed of their time; see {@link Pace}. */
    public UpdateOptions speed(double speed) {
        pace = new Pace(speed);
        return this;
    }

    /** Real time over which they are switched on. */
    public UpdateOptions ramp(Duration newRamp) {
        ramp = newRamp;
        return this;
    }

    /** Real time after which the run ends. */
    public UpdateOptions limit(Duration newLimit) {
        limit = newLimit;
        return this;
    }

    /** The mean time, of the devices' own, between two power cycles. */
    public UpdateOptions rebootEvery(Duration mean) {
        if (mean.isNegative() || mean.isZero()) {
            throw new IllegalArgumentException("a time above 0");
        }
        rebootEvery = mean;
        return this;
    }

    /** When they close a connection after an answer; by default at once, without looking. */
    public UpdateOptions hangUp(HangUp newHangUp) {
        hangUp = newHangUp;
        return this;
    }

    /** How many check-ins may be open at once; downloads are limited only by the server. */
    public UpdateOptions connections(int most) {
        if (most < 1) {
            throw new IllegalArgumentException("at least 1 connection");
        }
        connections = most;
        return this;
    }

    /**
     * How many bytes a device reads per second of its own time; 0 for unlimited, as always in
     * downloads that are called step by step or round by round.
     */
    public UpdateOptions rate(int bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("a rate must not be below 0");
        }
        rate = bytes;
        return this;
    }

    public UpdateOptions faults(UpdateFaults newFaults) {
        faults = newFaults;
        return this;
    }

    /** A version on which devices misbehave, whatever its image says. */
    public UpdateOptions wreck(Wreck newWreck) {
        wreck = newWreck;
        return this;
    }

    /** Enters their codes. */
    public UpdateOptions owner(Owner newOwner) {
        owner = newOwner;
        return this;
    }

    /** The true time, to check the server's. */
    public UpdateOptions clock(InstantSource newClock) {
        clock = newClock;
        return this;
    }
}
