package io.slipway.simulator.update;

import io.slipway.simulator.board.Hardware;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** The builds of a fleet, each once, however many devices run it. Thread-safe. */
final class Shelf {

    private final ConcurrentHashMap<FirmwareFile, Flashed> made = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Flashed, Flashed> seen = new ConcurrentHashMap<>();

    /** What a board is sold with: each has a build of its own. */
    static FirmwareFile factory(Hardware hardware, String version) {
        return FirmwareFile.of(hardware.chip(), version).withElfSeed(hardware.board().hashCode());
    }

    Flashed flashed(FirmwareFile file) {
        return made.computeIfAbsent(file, FirmwareFile::flashed);
    }

    /** The same one for all devices that have read the same. */
    Flashed shared(Flashed read) {
        return seen.computeIfAbsent(read, Function.identity());
    }
}
