package io.slipway.refused;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.slipway.device.Device;
import io.slipway.device.Pair;
import io.slipway.http.Peer;
import io.slipway.protocol.Mac;
import io.slipway.work.Throttles;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The latest refused calls, by the network they came from. In memory only, per node, and bounded: a
 * stranger causes no writes (decisions D1). Thread-safe.
 */
public final class RefusedCalls {

    /** The maximum number stored per network, and shown per device. */
    public static final int MOST = 20;

    /** The maximum number of networks: about 4 MB when all are full. */
    private static final int NETWORKS = 1_000;

    /** An address counts as a device's own for this long after it was seen there. */
    private static final Duration NEAR = Duration.ofHours(24);

    /**
     * For an address with more refused MACs than a home has, an owner sees only those with their
     * device's MAC: many people may share it.
     */
    private static final int A_HOME = 4;

    /** MACs and networks whose Client-Ids are compared. */
    private static final int NAMED = 10_000;

    private static final Duration NAMED_FOR = Duration.ofHours(1);

    private final InstantSource clock;
    private final Cache<String, NetworkCalls> networks =
            Caffeine.newBuilder().maximumSize(NETWORKS).build();
    private final Cache<MacAtNetwork, LastClientIds> names =
            Caffeine.newBuilder().maximumSize(NAMED).expireAfterWrite(NAMED_FOR).build();

    private record MacAtNetwork(Mac mac, String network) {}

    /** The last two Client-Ids of a MAC, as digests; 0 for none. */
    private record LastClientIds(long last, long before) {}

    /** The calls of one network. */
    private static final class NetworkCalls {
        private final ArrayDeque<RefusedCall> calls = new ArrayDeque<>(MOST);
        private long count;

        synchronized void add(RefusedCall call) {
            if (calls.size() == MOST) {
                calls.removeLast();
            }
            calls.addFirst(call);
            count++;
        }

        synchronized NetworkReport read(String network) {
            return new NetworkReport(network, count, List.copyOf(calls));
        }
    }

    /**
     * The calls of one network.
     *
     * @param network an IPv4 address, or the /64 of an IPv6 address
     * @param count since it is recorded
     * @param calls the latest ones, newest first; never empty
     */
    public record NetworkReport(String network, long count, List<RefusedCall> calls) {}

    /** A refused call as a device's owner may see it. */
    public record ShownCall(RefusedCall call, boolean own) {}

    public RefusedCalls(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Records a refusal.
     *
     * @param pair that the call identified; null without a Client-Id
     * @param tokenOf the pair that the presented token belongs to; null for none
     */
    public void add(
            DeviceEndpoint endpoint,
            RefusedReason reason,
            @Nullable Mac mac,
            @Nullable Pair pair,
            @Nullable Pair tokenOf,
            Peer peer) {
        String origin = peer.origin();
        var call =
                new RefusedCall(
                        clock.millis(),
                        origin,
                        endpoint,
                        reason,
                        mac,
                        pair == null ? "" : pair.key(),
                        tokenOf == null ? "" : tokenOf.key());
        Objects.requireNonNull(networks.get(Throttles.network(origin), made -> new NetworkCalls()))
                .add(call);
    }

    /**
     * Detects an unbound pair that is the third from its MAC and address within the hour: the
     * client makes up a Client-Id at every check. Its check is answered nevertheless.
     */
    public void unbound(Pair pair, Peer peer) {
        if (!pair.pinned() || pair.mac().anonymous()) {
            return;
        }
        var named = new MacAtNetwork(pair.mac(), Throttles.network(peer.origin()));
        LastClientIds known = names.getIfPresent(named);
        long name = pair.high() | 1;
        if (known == null) {
            names.put(named, new LastClientIds(name, 0));
        } else if (known.last != name && known.before != name) {
            names.put(named, new LastClientIds(name, known.last));
            if (known.before != 0) {
                add(
                        DeviceEndpoint.CHECK_IN,
                        RefusedReason.NEW_CLIENT_ID,
                        pair.mac(),
                        pair,
                        null,
                        peer);
            }
        }
    }

    /**
     * The calls that a device's owner may see: those with its own Client-Id or token, and those
     * from where it was seen itself within 24 h. Newest first.
     */
    public List<ShownCall> of(Device device) {
        String near =
                device.seen().seenAt() > clock.millis() - NEAR.toMillis()
                                && !device.seen().address().isEmpty()
                        ? Throttles.network(device.seen().address())
                        : "";
        var found = new ArrayList<ShownCall>();
        networks.asMap()
                .forEach((network, networkCalls) -> {
                    NetworkReport report = networkCalls.read(network);
                    boolean home = network.equals(near) && others(report, device) <= A_HOME;
                    for (RefusedCall call : report.calls()) {
                        boolean own =
                                call.pairKey().equals(device.owner().pairKey())
                                        || call.tokenOf().equals(device.owner().pairKey());
                        boolean same = network.equals(near) && device.mac().equals(call.mac());
                        if (own || same || home) {
                            found.add(new ShownCall(call, own));
                        }
                    }
                });
        return found.stream()
                .sorted(Comparator.comparingLong((ShownCall shown) -> -shown.call().at()))
                .limit(MOST)
                .toList();
    }

    private static long others(NetworkReport report, Device device) {
        return report.calls().stream()
                .map(RefusedCall::mac)
                .filter(mac -> mac != null && !mac.equals(device.mac()))
                .distinct()
                .count();
    }

    /** All networks, the most recently refused first. */
    public List<NetworkReport> all() {
        return networks.asMap().entrySet().stream()
                .map(entry -> entry.getValue().read(entry.getKey()))
                .filter(report -> !report.calls().isEmpty())
                .sorted(
                        Comparator.comparingLong(
                                        (NetworkReport report) -> -report.calls().getFirst().at())
                                .thenComparing(NetworkReport::network))
                .toList();
    }
}
