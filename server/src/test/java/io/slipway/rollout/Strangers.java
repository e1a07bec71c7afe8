package io.slipway.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.Person;
import io.slipway.protocol.firmware.Chip;
import io.slipway.simulator.update.Behaviour;
import io.slipway.simulator.update.FirmwareFile;
import io.slipway.simulator.update.UpdatingDevice;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Two untrusted accounts, each with a device on which any build crashes. */
public final class Strangers {

    public final UpdatingDevice one;
    public final UpdatingDevice other;
    private final Shop admin;

    public Strangers(Person admin, int seed) {
        this.admin = new Shop(admin.server, admin);
        one = device("stranger" + seed, seed);
        other = device("stranger" + (seed + 1), seed + 1);
    }

    private UpdatingDevice device(String name, int seed) {
        return new Shop(admin.server, Person.register(admin.server, name)).device(seed);
    }

    /** An administrator's rollout to everybody, of a build that crashes; returns its id. */
    public String rollout(String version) {
        var wreck = FirmwareFile.of(Chip.ESP32S3, version).thatDoes(Behaviour.CRASH_BEFORE_VALID);
        return admin.start(Shop.plan(admin.build(wreck), ",\"everyone\":true"));
    }

    /** All their devices take the build and come back with the old one. */
    public void crash() {
        for (UpdatingDevice device : List.of(one, other)) {
            crash(device);
        }
    }

    // The end of a download is recorded after the device has closed.
    private void arrived(UpdatingDevice device) {
        boolean arrived = false;
        for (int i = 0; i < 500 && !arrived; i++) {
            LockSupport.parkNanos(10_000_000);
            for (var each : admin.owner.ok("GET", "/v1/rollouts?limit=1", "")) {
                String devices = "/v1/rollouts/" + each.path("id").asText() + "/devices";
                for (var one : admin.owner.ok("GET", devices, "")) {
                    arrived |=
                            one.path("macAddress").asText().equals(device.profile().mac())
                                    && one.path("state").asText().equals("DOWNLOADED");
                }
            }
        }
        assertThat(arrived).isTrue();
    }

    void crash(UpdatingDevice device) {
        assertThat(Shop.restart(device)).isTrue();
        device.download();
        arrived(device);
        admin.server.clock.advance(Duration.ofSeconds(20));
        device.boot();
        assertThat(Shop.restart(device)).isFalse();
    }
}
