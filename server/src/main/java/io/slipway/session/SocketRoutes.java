package io.slipway.session;

import io.slipway.device.Pair;
import io.slipway.device.Pairs;
import io.slipway.http.Request;
import io.slipway.http.edge.Edge;
import io.slipway.http.socket.SocketRoute;
import io.slipway.protocol.ClientId;
import io.slipway.protocol.Mac;
import io.slipway.protocol.ota.Reply;
import io.slipway.protocol.socket.AudioLayout;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where devices open their sessions. The token is checked before anything else is done; a genuine
 * one is always let in, because a device shows nothing but "can't connect" for a refused handshake.
 */
final class SocketRoutes {

    private static final String[] PATHS = {"/v1/ws", "/xiaozhi/v1"};

    private static final SocketRoute.Refuse UNAUTHORIZED =
            new SocketRoute.Refuse(
                    Reply.error(401, "Unauthorized", "the token is not this device's: restart it"));

    private final Pairs pairs;
    private final Sessions sessions;

    SocketRoutes(Pairs pairs, Sessions sessions) {
        this.pairs = pairs;
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
        Pairs.Token worth = pairs.verify(token, mac.get(), clientId);
        if (worth == Pairs.Token.FORGED) {
            return UNAUTHORIZED;
        }
        Pair pair = pairs.of(mac.get(), clientId);
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
