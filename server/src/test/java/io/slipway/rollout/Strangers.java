package io.slipway.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.Person;
import io.slipway.protocol.firmware.Chip;
import io.slipway.simulator.update.Behaviour;
import io.slipway.simulator.update.FirmwareFile;
import io.slipway.simulator.update.UpdatingDevice;
import java.time.Duration;
import java.util.List;

/** Two accounts that nobody vouches for, each with a device on which any build crashes. */
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

    void crash(UpdatingDevice device) {
        assertThat(Shop.restart(device)).isTrue();
        device.download();
        admin.server.clock.advance(Duration.ofSeconds(20));
        device.boot();
        assertThat(Shop.restart(device)).isFalse();
    }
}
