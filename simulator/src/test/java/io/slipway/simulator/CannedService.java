package io.slipway.simulator;

import io.slipway.simulator.fleet.Owner;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that obeys every rule: issues codes, and accepts them from an owner. */
public final class CannedService implements Owner {

    final Map<String, String> codes = new ConcurrentHashMap<>();
    public final Set<String> bound = ConcurrentHashMap.newKeySet();

    private final Map<String, AtomicInteger> polls = new ConcurrentHashMap<>();
    private final AtomicInteger next = new AtomicInteger();
    private final int bindAfterPolls;
    private final String socket;

    /**
     * @param bindAfterPolls binds each device automatically at that activation poll; 0 for never
     */
    public CannedService(int bindAfterPolls) {
        this(bindAfterPolls, "ws://h/");
    }

    /**
     * @param socket the address where devices talk
     */
    public CannedService(int bindAfterPolls, String socket) {
        this.bindAfterPolls = bindAfterPolls;
        this.socket = socket;
    }

    public String answer(CannedServer.Request request) {
        String device = request.device();
        if (request.path().endsWith("/activate")) {
            int poll = polls.computeIfAbsent(device, d -> new AtomicInteger()).incrementAndGet();
            if (poll == bindAfterPolls) {
                bound.add(device);
            }
            return bound.contains(device)
                    ? CannedServer.http(200, "{\"message\":\"activated\"}")
                    : CannedServer.http(202, "{\"message\":\"pending\"}");
        }
        return CannedServer.http(200, checkIn(device, request.body()));
    }

    private String checkIn(String device, String body) {
        String version =
                body.replaceFirst("(?s).*\"application\":\\{[^}]*\"version\":\"([^\"]*)\".*", "$1");
        String activation = "";
        if (!bound.contains(device)) {
            String code =
                    codes.computeIfAbsent(device, d -> "%06d".formatted(next.incrementAndGet()));
            activation =
                    ",\"activation\":{\"code\":\"%s\",\"message\":\"%s\",\"challenge\":\"c-%s\"}"
                            .formatted(code, code, device.replace(":", ""));
        }
        return "{\"server_time\":{\"timestamp\":"
                + System.currentTimeMillis()
                + ",\"timezone_offset\":480},\"firmware\":{\"version\":\""
                + version
                + "\",\"url\":\"\"},\"websocket\":{\"url\":\""
                + socket
                + "\",\"token\":\"t\"}"
                + activation
                + "}";
    }

    @Override
    public void enter(String mac, String code) throws IOException {
        if (!code.equals(codes.get(mac))) {
            throw new IOException("no such code");
        }
        bound.add(mac);
    }
}
