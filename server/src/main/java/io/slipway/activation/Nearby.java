package io.slipway.activation;

import io.slipway.cluster.ClusterClock;
import io.slipway.http.Peer;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Devices that wait for their code, as far as a viewer may see them: those that asked from the
 * viewer's own network. Uses the network stored for the limit per address, so that no further data
 * is collected, and all nodes see the same. Thread-safe; calls block.
 */
public final class Nearby {

    /**
     * The maximum number of devices shown; a user with more devices waiting knows what they are
     * doing.
     */
    static final int MOST = 20;

    private final Database database;
    private final ClusterClock clock;
    private final BooleanSupplier guarded;

    /**
     * What a viewer sees: never the code, which only the device may show.
     *
     * @param macTail the last four hex digits of the MAC
     * @param askedAt epoch ms; up to 2 minutes and a batch behind
     * @param digits that the device shows
     */
    public record WaitingDevice(String board, String macTail, long askedAt, int digits) {}

    public Nearby(Database database, ClusterClock clock, BooleanSupplier guarded) {
        this.guarded = guarded;
        this.database = database;
        this.clock = clock;
    }

    /**
     * At most 20 devices with a live code, the latest to ask first; empty if the viewer's network
     * is unknown.
     */
    public Optional<List<WaitingDevice>> of(Peer viewer) {
        long now = clock.silenceMillis();
        return Neighbourhood.of(viewer)
                .map(around ->
                        database
                                .read(
                                        Plane.CONSOLE,
                                        tx ->
                                                ActivationStore.near(
                                                        tx,
                                                        around,
                                                        Activation.silentSince(now),
                                                        MOST))
                                .stream()
                                .filter(found -> found.alive(now))
                                .map(this::waitingDevice)
                                .toList());
    }

    /** Live codes, regardless of network. */
    public long everywhere() {
        return database.read(Plane.CONSOLE, ActivationStore::live);
    }

    private WaitingDevice waitingDevice(Activation found) {
        String tail = String.format("%04x", found.pair().mac().bits() & 0xffff);
        return new WaitingDevice(
                found.report().board(),
                tail,
                found.askedAt(),
                found.code().length() + (guarded.getAsBoolean() ? Codes.TAIL : 0));
    }
}
