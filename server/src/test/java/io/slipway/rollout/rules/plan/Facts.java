package io.slipway.rollout.rules.plan;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A device with one thing changed. */
record Facts(DeviceFacts d) {

    static Facts of(DeviceFacts device) {
        return new Facts(device);
    }

    DeviceFacts account(@Nullable String account) {
        return with(account, d.autoUpdate(), d.runningSince());
    }

    DeviceFacts autoUpdate(boolean autoUpdate) {
        return with(d.account(), autoUpdate, d.runningSince());
    }

    DeviceFacts runningSince(long at) {
        return with(d.account(), d.autoUpdate(), at);
    }

    private DeviceFacts with(@Nullable String account, boolean autoUpdate, long since) {
        return new DeviceFacts(
                d.id(),
                account,
                autoUpdate,
                d.running(),
                since,
                d.board(),
                d.chip(),
                d.chipRevision(),
                d.partitions(),
                d.channel(),
                d.agent(),
                d.tags(),
                d.listedBy(),
                d.canaryOf());
    }

    DeviceFacts tags(String... tags) {
        return named(Set.of(tags), d.listedBy(), d.canaryOf());
    }

    DeviceFacts listedBy(String rollout) {
        return named(d.tags(), Set.of(rollout), d.canaryOf());
    }

    DeviceFacts canaryOf(String rollout) {
        return named(d.tags(), d.listedBy(), Set.of(rollout));
    }

    private DeviceFacts named(Set<String> tags, Set<String> listedBy, Set<String> canaryOf) {
        return new DeviceFacts(
                d.id(),
                d.account(),
                d.autoUpdate(),
                d.running(),
                d.runningSince(),
                d.board(),
                d.chip(),
                d.chipRevision(),
                d.partitions(),
                d.channel(),
                d.agent(),
                tags,
                listedBy,
                canaryOf);
    }
}
