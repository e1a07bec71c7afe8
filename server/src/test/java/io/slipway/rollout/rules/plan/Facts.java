package io.slipway.rollout.rules.plan;

import io.slipway.protocol.ota.CheckIn;
import io.slipway.protocol.socket.Battery;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A device with one thing changed. */
final class Facts {

    private final DeviceFacts d;
    private DeviceFacts.DeviceOwner owner;
    private long runningSince;
    private CheckIn.Hardware hardware;
    private DeviceFacts.NamedBy named;
    private DeviceFacts.Readings readings;

    private Facts(DeviceFacts d) {
        this.d = d;
        owner = d.owner();
        runningSince = d.runningSince();
        hardware = d.hardware();
        named = d.named();
        readings = d.readings();
    }

    static Facts of(DeviceFacts device) {
        return new Facts(device);
    }

    private DeviceFacts made() {
        return new DeviceFacts(
                d.id(), owner, d.running(), runningSince, d.board(), hardware, named, readings);
    }

    DeviceFacts account(@Nullable String account) {
        return owner(account, owner.autoUpdate(), owner.tags());
    }

    DeviceFacts autoUpdate(boolean autoUpdate) {
        return owner(owner.account(), autoUpdate, owner.tags());
    }

    DeviceFacts tags(String... tags) {
        return owner(owner.account(), owner.autoUpdate(), Set.of(tags));
    }

    private DeviceFacts owner(@Nullable String account, boolean autoUpdate, Set<String> tags) {
        owner =
                new DeviceFacts.DeviceOwner(
                        account, autoUpdate, owner.channel(), owner.agent(), tags);
        return made();
    }

    DeviceFacts runningSince(long at) {
        runningSince = at;
        return made();
    }

    DeviceFacts psram(long size) {
        hardware =
                new CheckIn.Hardware(
                        hardware.chip(),
                        hardware.chipRevision(),
                        hardware.flashSize(),
                        size,
                        hardware.partitions());
        return made();
    }

    DeviceFacts listedBy(String rollout) {
        named = new DeviceFacts.NamedBy(Set.of(rollout), named.canaryOf());
        return made();
    }

    DeviceFacts canaryOf(String rollout) {
        named = new DeviceFacts.NamedBy(named.listedBy(), Set.of(rollout));
        return made();
    }

    DeviceFacts battery(@Nullable Battery told) {
        readings = new DeviceFacts.Readings(readings.rssi(), told);
        return made();
    }
}
