package io.slipway.checkin;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.slipway.activation.Activations;
import io.slipway.cluster.Bus;
import io.slipway.cluster.ClusterClock;
import io.slipway.device.BoundCache;
import io.slipway.device.Devices;
import io.slipway.device.Pair;
import io.slipway.device.Pairs;
import io.slipway.device.seen.SeenLog;
import io.slipway.firmware.Build;
import io.slipway.firmware.Builds;
import io.slipway.firmware.Downloads;
import io.slipway.firmware.HomeAddresses;
import io.slipway.http.Request;
import io.slipway.http.device.DeviceRoute;
import io.slipway.http.edge.Edge;
import io.slipway.protocol.ClientId;
import io.slipway.protocol.Mac;
import io.slipway.protocol.ota.Activate;
import io.slipway.protocol.ota.CheckIn;
import io.slipway.protocol.ota.CheckInReader;
import io.slipway.protocol.ota.Reply;
import io.slipway.protocol.ota.ReplyDraft;
import io.slipway.refused.DeviceEndpoint;
import io.slipway.refused.RefusedCalls;
import io.slipway.refused.RefusedReason;
import io.slipway.rollout.grant.DeviceUpdates;
import io.slipway.rollout.grant.Offer;
import io.slipway.sql.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The device plane's HTTP: {@code POST …/ota} and {@code POST …/ota/activate}. */
final class CheckInRoutes {

    private static final Logger LOG = LoggerFactory.getLogger(CheckInRoutes.class);
    private static final List<String> PATHS = List.of("/v1/ota", "/api/ota", "/xiaozhi/ota");

    private static final Reply RIGHT_ADDRESS =
            Reply.text(
                    "这是 Slipway 的 OTA 地址，填写正确。把浏览器地址栏里的这个地址填到设备配网页的「OTA 地址」即可。\n"
                            + "This is the correct OTA address of Slipway: enter the URL from"
                            + " your browser's address bar on the device's Wi-Fi setup page.\n");
    private static final String NOBODY =
            "Device-Id does not identify a device: send a Client-Id header, or uuid in the body";
    private static final Reply NO_ID = Reply.noDeviceId();
    private static final Reply POST_ONLY = Reply.error(405, "Method not allowed", "use POST");
    private static final Reply STORE_FAILED =
            Reply.error(500, "Failed to read device auto_update status", "try again");
    private static final Reply REFUSED =
            Reply.error(403, "Activation refused", "serial number, challenge or HMAC is wrong");

    private final Supplier<CheckInConfig> config;
    private final ReplyDrafts drafts;
    private final Pairs pairs;
    private final Bus bus;
    private final BoundCache cache;
    private final SeenLog seen;
    private final HomeAddresses home;
    private final Devices devices;
    private final Activations activations;
    private final DeviceUpdates updates;
    private final Builds builds;
    private final Downloads downloads;
    private final RefusedCalls refused;
    private final ClusterClock clock;
    private final BodyIdentities named;
    // At most one line per kind of event in ten minutes: a crash-looping fleet must not fill the
    // disk.
    private final Cache<String, Boolean> logged =
            Caffeine.newBuilder().maximumSize(200).expireAfterWrite(Duration.ofMinutes(10)).build();

    CheckInRoutes(
            Supplier<CheckInConfig> config,
            Pairs pairs,
            Bus bus,
            BoundCache cache,
            SeenLog seen,
            HomeAddresses home,
            Devices devices,
            Activations activations,
            DeviceUpdates updates,
            Builds builds,
            Downloads downloads,
            RefusedCalls refused,
            ClusterClock clock) {
        this.config = config;
        this.drafts = new ReplyDrafts(config, pairs, clock);
        this.pairs = pairs;
        this.bus = bus;
        this.cache = cache;
        this.seen = seen;
        this.home = home;
        this.devices = devices;
        this.activations = activations;
        this.updates = updates;
        this.builds = builds;
        this.downloads = downloads;
        this.refused = refused;
        this.clock = clock;
        this.named = new BodyIdentities(clock);
    }

    void install(Edge edge) {
        for (String path : PATHS) {
            edge.device(path, new DeviceRoute(this::checkIn));
            edge.device(path + "/activate", new DeviceRoute(this::activate));
        }
    }

    private DeviceRoute.DeviceAnswer checkIn(Request request) {
        Reply refusal = refusal(request, DeviceEndpoint.CHECK_IN);
        if (refusal != null) {
            return new DeviceRoute.AnswerNow(refusal);
        }
        Optional<Mac> mac = mac(request);
        if (mac.isEmpty()) {
            return noMac(request, DeviceEndpoint.CHECK_IN);
        }
        CheckIn checkIn =
                CheckInReader.read(
                        request.body(),
                        request.header("User-Agent"),
                        request.header("Accept-Language"));
        ClientId header = clientId(request);
        ClientId uuid = header == null ? CheckInReader.uuid(request.body()).orElse(null) : null;
        ClientId clientId = header == null ? uuid : header;
        Pair pair = pairs.of(mac.get(), clientId);
        Violation violation = violation(request, pair, checkIn);
        if (violation != null) {
            Pair named = clientId == null ? null : pair;
            refused.add(
                    DeviceEndpoint.CHECK_IN,
                    violation.reason,
                    mac.get(),
                    named,
                    null,
                    request.peer());
            return invalid(violation.detail);
        }
        var client = new ReplyDrafts.CheckInClient(mac.get(), clientId, pair, checkIn);
        var known = bus.current() ? cache.find(pair, checkIn.fingerprint()) : null;
        if (known == null || !updates.passes(checkIn, known)) {
            return uuid == null
                    ? new DeviceRoute.AnswerLater(() -> ask(request, client))
                    : new DeviceRoute.AnswerLater(() -> ask(request, byBody(request, client)));
        }
        if (uuid != null) {
            named.calls(pair, request.peer().origin());
        }
        long mark = updates.seenAgain(known.mark());
        if (mark != known.mark()) {
            cache.mark(pair, known.mark(), mark);
        }
        return new DeviceRoute.AnswerNow(
                bound(request, client, known.deviceId(), known.zone(), null));
    }

    private record Violation(RefusedReason reason, String detail) {}

    private @Nullable Violation violation(Request request, Pair pair, CheckIn checkIn) {
        if (config.get().strict()) {
            String broken = StrictTable.violation(request, checkIn);
            return broken == null ? null : new Violation(RefusedReason.STRICT, broken);
        }
        if (checkIn.empty()) {
            return new Violation(RefusedReason.UNREADABLE, unreadable(checkIn));
        }
        if (!pair.pinned() && pair.mac().anonymous()) {
            return new Violation(RefusedReason.NO_IDENTITY, NOBODY);
        }
        String body = checkIn.mac();
        // Only valid JSON is trusted: a broken body may end in the middle of a value.
        boolean others =
                checkIn.complete()
                        && body != null
                        && !body.isBlank()
                        && !Mac.parse(body.strip()).equals(Optional.of(pair.mac()));
        return others
                ? new Violation(RefusedReason.OTHER_MAC, "mac_address is not Device-Id")
                : null;
    }

    private static String unreadable(CheckIn checkIn) {
        // Then they are those of the User-Agent.
        boolean named =
                !checkIn.application().version().isEmpty()
                        || !checkIn.board().nameOrType().isEmpty();
        return named
                ? "the body has neither application nor board; the User-Agent is not enough"
                : "neither board nor version could be read";
    }

    // A pair that was bound by a release that did not read the body's uuid is bound as a MAC only.
    private ReplyDrafts.CheckInClient byBody(Request request, ReplyDrafts.CheckInClient client) {
        Mac mac = client.mac();
        Pair bare = pairs.of(mac, null);
        boolean before = false;
        if (!mac.anonymous() && cache.find(client.pair()) == 0) {
            try {
                before = devices.boundFirst(client.pair(), bare).filter(bare::equals).isPresent();
            } catch (StoreException e) {
                before = cache.find(bare) != 0;
            }
        }
        var found =
                before ? new ReplyDrafts.CheckInClient(mac, null, bare, client.checkIn()) : client;
        named.calls(found.pair(), request.peer().origin());
        return found;
    }

    private Reply ask(Request request, ReplyDrafts.CheckInClient client) {
        Pair pair = client.pair();
        int stamp = cache.stamp(pair);
        // Read again after taking the stamp: changes from here on still have the old mark.
        var known = bus.current() ? cache.find(pair, client.checkIn().fingerprint()) : null;
        if (known != null) {
            var offer = update(request, client, stamp, known.deviceId(), known.zone());
            return bound(request, client, known.deviceId(), known.zone(), offer);
        }
        try {
            String serial = request.header("Serial-Number");
            return switch (activations.status(pair, client.checkIn(), request.peer(), serial)) {
                case Activations.Bound bound -> {
                    var offer = report(request, client, stamp, bound);
                    yield bound(request, client, bound.deviceId(), bound.zone(), offer);
                }
                case Activations.Unbound unbound -> {
                    refused.unbound(pair, request.peer());
                    yield reply(drafts.draft(request.peer().base(), client, unbound));
                }
            };
        } catch (StoreException e) {
            say("check-in without the database: " + e.getMessage());
            updates.failed();
            long id = cache.find(pair);
            return id == 0 ? STORE_FAILED : bound(request, client, id, cache.zone(pair), null);
        }
    }

    // New facts, and the evidence they give about an update, are written before the answer is sent
    // (decisions D10); a failed write must not fail the answer.
    private @Nullable Offer report(
            Request request, ReplyDrafts.CheckInClient client, int stamp, Activations.Bound bound) {
        if (bound.factsPrint() != client.checkIn().fingerprint()) {
            try {
                devices.facts(bound.deviceId(), client.checkIn());
            } catch (StoreException e) {
                return unwritten(e);
            }
        }
        return update(request, client, stamp, bound.deviceId(), bound.zone());
    }

    private @Nullable Offer update(
            Request request, ReplyDrafts.CheckInClient client, int stamp, long deviceId, int zone) {
        try {
            // The download URL starts with the address that the device called.
            boolean offerable = !request.peer().base().isEmpty();
            DeviceUpdates.CheckInOutcome told =
                    updates.checkedIn(deviceId, offerable, CheckInReader.rssi(request.body()));
            long print = client.checkIn().fingerprint();
            var known = new BoundCache.CachedPair(deviceId, told.mark(), zone);
            cache.put(client.pair(), stamp, print, known);
            return told.offer();
        } catch (StoreException e) {
            return unwritten(e);
        }
    }

    private @Nullable Offer unwritten(StoreException e) {
        say("what a device reported was not written: " + e.getMessage());
        updates.failed();
        return null;
    }

    private Reply bound(
            Request request,
            ReplyDrafts.CheckInClient client,
            long deviceId,
            int zone,
            @Nullable Offer offer) {
        long now = clock.millis();
        int rssi = CheckInReader.rssi(request.body());
        seen.seen(deviceId, now, request.peer().address(), true, rssi);
        home.called(deviceId, request.peer(), now);
        seen.count(
                now,
                client.checkIn().board().nameOrType(),
                client.checkIn().application().version());
        String base = request.peer().base();
        Reply usual = offer == null ? drafts.reply(base, client, zone) : null;
        if (usual != null) {
            return usual;
        }
        return reply(drafts.draft(base, client, zone, firmware(base, client, deviceId, offer)));
    }

    /** The offer in the form that devices understand, or the form that means none. */
    private ReplyDraft.@Nullable FirmwareSection firmware(
            String base, ReplyDrafts.CheckInClient client, long deviceId, @Nullable Offer offer) {
        Build build = offer == null ? null : builds.get(offer.build().id()).orElse(null);
        if (offer == null || build == null) {
            return ReplyDrafts.same(client);
        }
        String url = downloads.url(base, build, deviceId, offer.offerId(), clock.millis());
        return new ReplyDraft.FirmwareSection(
                client.checkIn().application().version(),
                offer.build().version(),
                url,
                offer.force());
    }

    private Reply reply(ReplyDraft answer) {
        Reply reply = Reply.checkIn(answer);
        for (String left : reply.leftOut()) {
            say("left out of an answer because it would break the device: " + left);
        }
        return reply;
    }

    private DeviceRoute.DeviceAnswer activate(Request request) {
        Reply refusal = refusal(request, DeviceEndpoint.ACTIVATE);
        if (refusal != null) {
            return new DeviceRoute.AnswerNow(refusal);
        }
        Optional<Mac> mac = mac(request);
        if (mac.isEmpty()) {
            return noMac(request, DeviceEndpoint.ACTIVATE);
        }
        ClientId clientId = clientId(request);
        Optional<Pair> only =
                clientId == null
                        ? named.only(mac.get(), request.peer().origin())
                        : Optional.empty();
        if (clientId == null && only.isEmpty() && mac.get().anonymous()) {
            // It may be waiting on another node: its next poll may arrive there.
            return new DeviceRoute.AnswerNow(Reply.pending());
        }
        Pair pair = only.orElseGet(() -> pairs.of(mac.get(), clientId));
        return new DeviceRoute.AnswerLater(() -> poll(request, pair));
    }

    private Reply poll(Request request, Pair pair) {
        try {
            var proof = Activate.read(request.body());
            String serial = request.header("Serial-Number");
            String address = request.peer().address();
            var poll =
                    activations.poll(
                            pair,
                            proof,
                            serial,
                            address,
                            id -> seen.seen(id, clock.millis(), address, false));
            return switch (poll) {
                case ACTIVATED -> Reply.activated();
                case PENDING -> Reply.pending();
                case REFUSED -> {
                    Pair named = pair.pinned() ? pair : null;
                    refused.add(
                            DeviceEndpoint.ACTIVATE,
                            RefusedReason.WRONG_PROOF,
                            pair.mac(),
                            named,
                            null,
                            request.peer());
                    yield REFUSED;
                }
            };
        } catch (StoreException e) {
            // Never 200 without having checked: the device would loop between the two paths
            // (device-contract R9).
            say("activation poll without the database: " + e.getMessage());
            return STORE_FAILED;
        }
    }

    private @Nullable Reply refusal(Request request, DeviceEndpoint endpoint) {
        return switch (request.method()) {
            case "POST" -> {
                String id = request.header("Device-Id");
                if (id != null && !id.isBlank()) {
                    yield null;
                }
                refused.add(endpoint, RefusedReason.NO_MAC, null, null, null, request.peer());
                yield NO_ID;
            }
            case "GET", "HEAD" -> endpoint == DeviceEndpoint.CHECK_IN ? RIGHT_ADDRESS : POST_ONLY;
            default -> POST_ONLY;
        };
    }

    private DeviceRoute.DeviceAnswer noMac(Request request, DeviceEndpoint endpoint) {
        refused.add(endpoint, RefusedReason.NO_MAC, null, null, null, request.peer());
        return invalid("Device-Id is not a MAC address");
    }

    private static DeviceRoute.DeviceAnswer invalid(String detail) {
        return new DeviceRoute.AnswerNow(Reply.error(400, "Invalid OTA request", detail));
    }

    private static Optional<Mac> mac(Request request) {
        String id = request.header("Device-Id");
        return id == null ? Optional.empty() : Mac.parse(id.strip());
    }

    private static @Nullable ClientId clientId(Request request) {
        String header = request.header("Client-Id");
        return header == null ? null : ClientId.parse(header).orElse(null);
    }

    private void say(String what) {
        if (logged.asMap().putIfAbsent(what, true) == null) {
            LOG.warn("{} (logged once in 10 minutes)", what);
        }
    }
}
