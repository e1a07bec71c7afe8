package io.slipway.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.slipway.device.Devices;
import io.slipway.device.Pair;
import io.slipway.device.Pairs;
import io.slipway.http.Request;
import io.slipway.http.edge.Edge;
import io.slipway.http.socket.SocketRoute;
import io.slipway.protocol.ClientId;
import io.slipway.protocol.Mac;
import io.slipway.protocol.ota.Reply;
import io.slipway.protocol.socket.AudioLayout;
import io.slipway.refused.DeviceEndpoint;
import io.slipway.refused.RefusedModule;
import io.slipway.refused.RefusedReason;
import io.slipway.sql.StoreException;
import io.slipway.work.Throttles;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where devices open their sessions. The token is checked first; a genuine one is always accepted,
 * because for a refused handshake a device only shows "can't connect".
 */
final class SocketRoutes {

    private static final String[] PATHS = {"/v1/ws", "/xiaozhi/v1"};

    /**
     * Concurrent look-ups for callers whose token alone is not sufficient: there may be many
     * strangers.
     */
    private static final int LOOKUPS = 8;

    private static final long MAX_WAIT_MS = 2_000;

    /** Pairs that talk without a token, remembered for database outages: about 1 MB. */
    private static final int ACCEPTS = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(SocketRoutes.class);

    private static final SocketRoute.RefuseHandshake UNAUTHORIZED =
            new SocketRoute.RefuseHandshake(
                    Reply.error(401, "Unauthorized", "the token is not this device's: restart it"));

    private final Pairs pairs;
    private final Devices devices;
    private final RefusedModule refused;
    private final Sessions sessions;
    private final Semaphore lookups = new Semaphore(LOOKUPS);
    private final Cache<String, Boolean> accepts =
            Caffeine.newBuilder().maximumSize(ACCEPTS).build();

    SocketRoutes(Pairs pairs, Devices devices, RefusedModule refused, Sessions sessions) {
        this.pairs = pairs;
        this.devices = devices;
        this.refused = refused;
        this.sessions = sessions;
    }

    void install(Edge edge) {
        for (String path : PATHS) {
            edge.socket(path, new SocketRoute(this::admit));
        }
    }

    /**
     * How a handshake identifies its device.
     *
     * @param pair null for a MAC that identifies no device, without a Client-Id
     */
    private record HandshakeClient(
            Request request,
            Mac mac,
            @Nullable ClientId clientId,
            @Nullable Pair pair,
            String token) {}

    private SocketRoute.HandshakeAnswer admit(Request request) {
        String token = token(named(request, "Authorization"));
        String device = named(request, "Device-Id");
        Mac mac = device == null ? null : Mac.parse(device.strip()).orElse(null);
        if (mac == null) {
            return new SocketRoute.DecideLater(
                    () -> refuse(request, RefusedReason.NO_MAC, null, null, null));
        }
        String client = named(request, "Client-Id");
        ClientId clientId = client == null ? null : ClientId.parse(client).orElse(null);
        Pair pair = clientId == null && mac.anonymous() ? null : pairs.of(mac, clientId);
        if (pair != null && token != null) {
            Pairs.TokenValidity validity = pairs.verify(token, pair, clientId);
            if (validity != Pairs.TokenValidity.FORGED) {
                return open(request, pair, validity);
            }
        }
        var caller = new HandshakeClient(request, mac, clientId, pair, token == null ? "" : token);
        return new SocketRoute.DecideLater(() -> second(caller));
    }

    private SocketRoute.HandshakeAnswer second(HandshakeClient caller) {
        Pair named = caller.pair();
        if (caller.clientId() != null && named != null && withoutToken(named)) {
            return open(caller.request(), named, Pairs.TokenValidity.GENUINE);
        }
        if (caller.token().isEmpty()) {
            return refuse(caller, RefusedReason.NO_TOKEN, null);
        }
        if (!pairs.ours(caller.token())) {
            return refuse(caller, RefusedReason.FOREIGN_TOKEN, null);
        }
        var tokenOwner = tokenOwner(caller.token(), caller.mac());
        if (tokenOwner.isEmpty()) {
            return refuse(caller, RefusedReason.OTHERS_TOKEN, null);
        }
        // Without a Client-Id, it is the token's pair (decisions D1).
        return caller.clientId() == null
                ? open(caller.request(), tokenOwner.get().pair(), tokenOwner.get().validity())
                : refuse(caller, RefusedReason.OTHER_CLIENT_ID, tokenOwner.get().pair());
    }

    // If its owner allows it, and the Client-Id can't be guessed (decisions D1).
    private boolean withoutToken(Pair pair) {
        if (pair.weak() || !enter()) {
            return false;
        }
        try {
            boolean accepted = devices.withoutToken(pair);
            if (accepted) {
                accepts.put(pair.key(), true);
            } else {
                accepts.invalidate(pair.key());
            }
            return accepted;
        } catch (StoreException e) {
            // Known pairs are accepted while the database is unavailable (decisions D6).
            return accepts.getIfPresent(pair.key()) != null;
        } finally {
            lookups.release();
        }
    }

    private boolean enter() {
        try {
            return lookups.tryAcquire(MAX_WAIT_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private record TokenOwner(Pair pair, Pairs.TokenValidity validity) {}

    // Among the bound pairs of that MAC; also empty while there are too many look-ups.
    private Optional<TokenOwner> tokenOwner(String token, Mac mac) {
        if (!enter()) {
            return Optional.empty();
        }
        try {
            for (Pair pair : devices.pairsOf(mac)) {
                Pairs.TokenValidity validity = pairs.verify(token, pair);
                if (validity != Pairs.TokenValidity.FORGED) {
                    return Optional.of(new TokenOwner(pair, validity));
                }
            }
        } catch (StoreException e) {
            LOG.warn("a token could not be looked up: {}", e.getMessage());
        } finally {
            lookups.release();
        }
        return Optional.empty();
    }

    private SocketRoute.HandshakeAnswer refuse(
            HandshakeClient caller, RefusedReason reason, @Nullable Pair tokenOf) {
        Pair named = caller.clientId() == null ? null : caller.pair();
        return refuse(caller.request(), reason, caller.mac(), named, tokenOf);
    }

    private SocketRoute.HandshakeAnswer refuse(
            Request request,
            RefusedReason reason,
            @Nullable Mac mac,
            @Nullable Pair named,
            @Nullable Pair tokenOf) {
        refused.calls().add(DeviceEndpoint.SOCKET, reason, mac, named, tokenOf, request.peer());
        refused.late().await(Throttles.network(request.peer().origin()));
        return UNAUTHORIZED;
    }

    private SocketRoute.OpenSocket open(Request request, Pair pair, Pairs.TokenValidity validity) {
        String language = request.header("Accept-Language");
        var connectedDevice =
                new ConnectedDevice(
                        pair,
                        validity == Pairs.TokenValidity.REVOKED,
                        layout(named(request, "Protocol-Version")),
                        request.peer(),
                        language == null ? "" : language);
        // Registered before the answer is sent: any later one is newer.
        String id = sessions.newId();
        return new SocketRoute.OpenSocket(socket -> sessions.open(id, socket, connectedDevice));
    }

    // Browsers can't set headers on a WebSocket: query parameters are accepted as well.
    private static @Nullable String named(Request request, String name) {
        String header = request.header(name);
        return header == null ? request.query(name) : header;
    }

    private static @Nullable String token(@Nullable String authorization) {
        if (authorization == null) {
            return null;
        }
        String value = authorization.strip();
        return value.regionMatches(true, 0, "Bearer ", 0, 7) ? value.substring(7).strip() : value;
    }

    private static AudioLayout layout(@Nullable String version) {
        return version == null || !version.strip().matches("[0-9]{1,3}")
                ? AudioLayout.V1
                : AudioLayout.of(Integer.parseInt(version.strip()));
    }
}
