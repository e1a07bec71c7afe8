package io.slipway.simulator.update;

import io.slipway.simulator.board.Hardware;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** The builds of a fleet, each stored once, however many devices run it. Thread-safe. */
final class Shelf {

    private final ConcurrentHashMap<FirmwareFile, Flashed> made = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Flashed, Flashed> seen = new ConcurrentHashMap<>();

    /** A board's factory image: each has its own build. */
    static FirmwareFile factory(Hardware hardware, String version) {
        return FirmwareFile.of(hardware.chip(), version).withElfSeed(hardware.board().hashCode());
    }

    Flashed flashed(FirmwareFile file) {
        return made.computeIfAbsent(file, FirmwareFile::flashed);
    }

    /** The shared instance equal to this one. */
    Flashed shared(Flashed read) {
        return seen.computeIfAbsent(read, Function.identity());
    }
}
