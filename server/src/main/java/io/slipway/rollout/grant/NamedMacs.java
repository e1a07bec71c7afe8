package io.slipway.rollout.grant;

import io.slipway.device.profile.Profile;
import io.slipway.protocol.Mac;
import io.slipway.rollout.store.RolloutStore.NamedDevice;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Devices that a rollout names, by account and MAC: a hundred thousand fit into a megabyte. */
final class NamedMacs {

    static final NamedMacs NONE = new NamedMacs(Map.of());

    /** Sorted. */
    private final Map<String, long[]> byAccount;

    private NamedMacs(Map<String, long[]> byAccount) {
        this.byAccount = byAccount;
    }

    static NamedMacs of(Collection<NamedDevice> devices) {
        return new NamedMacs(
                devices.stream()
                        .collect(
                                Collectors.groupingBy(
                                        NamedDevice::accountId,
                                        Collectors.collectingAndThen(
                                                Collectors.toList(),
                                                own ->
                                                        own.stream()
                                                                .mapToLong(NamedDevice::mac)
                                                                .sorted()
                                                                .toArray()))));
    }

    boolean isEmpty() {
        return byAccount.isEmpty();
    }

    int count() {
        return byAccount.values().stream().mapToInt(macs -> macs.length).sum();
    }

    /** The first of them, in order. */
    java.util.List<Mac> some(int most) {
        return byAccount.values().stream()
                .flatMapToLong(LongStream::of)
                .sorted()
                .limit(most)
                .mapToObj(Mac::new)
                .toList();
    }

    boolean has(Profile device) {
        return has(device.owner().accountId(), device.mac());
    }

    boolean has(String accountId, Mac mac) {
        long[] macs = byAccount.get(accountId);
        return macs != null && Arrays.binarySearch(macs, mac.bits()) >= 0;
    }

    /** Passes the accounts with their MACs, in order; a MAC that both contain only once. */
    static void forEach(
            NamedMacs some, NamedMacs others, BiConsumer<String, java.util.List<Mac>> visitor) {
        var accounts = new java.util.TreeSet<>(some.byAccount.keySet());
        accounts.addAll(others.byAccount.keySet());
        for (String account : accounts) {
            var macs =
                    LongStream.concat(some.macs(account), others.macs(account))
                            .sorted()
                            .distinct()
                            .mapToObj(Mac::new)
                            .toList();
            visitor.accept(account, macs);
        }
    }

    private LongStream macs(String account) {
        return LongStream.of(byAccount.getOrDefault(account, new long[0]));
    }
}
