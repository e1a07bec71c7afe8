package io.slipway.session;

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
import io.slipway.sql.StoreException;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where devices open their sessions. The token is checked before anything else is done; a genuine
 * one is always let in, because a device shows nothing but "can't connect" for a refused handshake.
 */
final class SocketRoutes {

    private static final String[] PATHS = {"/v1/ws", "/xiaozhi/v1"};

    /** Look-ups at a time for callers whose token alone says nothing: strangers may be many. */
    private static final int LOOKUPS = 8;

    private static final Logger LOG = LoggerFactory.getLogger(SocketRoutes.class);

    private static final SocketRoute.Refuse UNAUTHORIZED =
            new SocketRoute.Refuse(
                    Reply.error(401, "Unauthorized", "the token is not this device's: restart it"));

    private final Pairs pairs;
    private final Devices devices;
    private final Sessions sessions;
    private final Semaphore lookups = new Semaphore(LOOKUPS);

    SocketRoutes(Pairs pairs, Devices devices, Sessions sessions) {
        this.pairs = pairs;
        this.devices = devices;
        this.sessions = sessions;
    }

    void install(Edge edge) {
        for (String path : PATHS) {
            edge.socket(path, new SocketRoute(this::admit));
        }
    }

    private SocketRoute.Outcome admit(Request request) {
        String token = token(named(request, "Authorization"));
        String device = named(request, "Device-Id");
        Optional<Mac> mac = device == null ? Optional.empty() : Mac.parse(device.strip());
        if (token == null || mac.isEmpty()) {
            return UNAUTHORIZED;
        }
        String client = named(request, "Client-Id");
        ClientId clientId = client == null ? null : ClientId.parse(client).orElse(null);
        if (clientId != null || !mac.get().anonymous()) {
            Pair pair = pairs.of(mac.get(), clientId);
            Pairs.Token worth = pairs.verify(token, pair, clientId);
            if (worth != Pairs.Token.FORGED) {
                return open(request, pair, worth);
            }
        }
        return clientId == null && pairs.ours(token)
                ? new SocketRoute.Later(() -> nameless(request, token, mac.get()))
                : UNAUTHORIZED;
    }

    // Without a Client-Id it is the token's pair, if that is bound (decisions D1).
    private SocketRoute.Outcome nameless(Request request, String token, Mac mac) {
        if (!lookups.tryAcquire()) {
            return UNAUTHORIZED;
        }
        try {
            for (Pair pair : devices.pairsOf(mac)) {
                Pairs.Token worth = pairs.verify(token, pair);
                if (worth != Pairs.Token.FORGED) {
                    return open(request, pair, worth);
                }
            }
        } catch (StoreException e) {
            LOG.warn("a socket without Client-Id and without the database: {}", e.getMessage());
        } finally {
            lookups.release();
        }
        return UNAUTHORIZED;
    }

    private SocketRoute.Open open(Request request, Pair pair, Pairs.Token worth) {
        String language = request.header("Accept-Language");
        var visitor =
                new Visitor(
                        pair,
                        worth == Pairs.Token.REVOKED,
                        layout(named(request, "Protocol-Version")),
                        request.peer().address(),
                        language == null ? "" : language);
        // Named before the answer goes out: whoever comes after that is the newer one.
        String id = sessions.newId();
        return new SocketRoute.Open(socket -> sessions.open(id, socket, visitor));
    }

    // A browser can't set headers on a WebSocket: the query does as well.
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
