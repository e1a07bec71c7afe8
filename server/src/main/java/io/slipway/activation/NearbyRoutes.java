package io.slipway.activation;

import io.slipway.account.Accounts;
import io.slipway.account.Caller;
import io.slipway.http.Request;
import io.slipway.http.Response;
import io.slipway.http.edge.Edge;
import io.slipway.work.LocalThrottle;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which devices wait for their code to be entered in the viewer's own network. */
final class NearbyRoutes {

    private static final int A_MINUTE = 60;

    private final Accounts accounts;
    private final Nearby nearby;
    private final LocalThrottle throttle;

    NearbyRoutes(Accounts accounts, Nearby nearby, InstantSource clock) {
        this.accounts = accounts;
        this.nearby = nearby;
        this.throttle = new LocalThrottle(clock, A_MINUTE, Duration.ofMinutes(1));
    }

    void install(Edge edge) {
        edge.route("GET", "/v1/nearby", this::nearby);
    }

    private Response nearby(Request request) {
        Caller caller = accounts.authenticate(request);
        throttle.take(caller.accountId());
        Optional<List<Nearby.WaitingDevice>> found = nearby.of(request.peer());
        var body = new LinkedHashMap<String, Object>();
        body.put("code", 0);
        body.put("msg", "success");
        body.put("data", found.orElse(List.of()).stream().map(NearbyRoutes::view).toList());
        if (found.isEmpty()) {
            body.put("off", true);
            body.put(
                    "reason",
                    Map.of(
                            "zh",
                            "请求经过了设置里没有写明的代理，无法判断您所在的网络；请把代理写进 http.trusted-proxies",
                            "en",
                            "A proxy that the settings don't name stands in between, so nobody can"
                                    + " say which network you are in: name it in"
                                    + " http.trusted-proxies"));
        }
        return Response.json(200, body);
    }

    private static Map<String, Object> view(Nearby.WaitingDevice waiting) {
        var view = new LinkedHashMap<String, Object>();
        view.put("board", waiting.board());
        view.put("macTail", waiting.macTail());
        view.put("askedAt", Instant.ofEpochMilli(waiting.askedAt()).toString());
        view.put("digits", waiting.digits());
        return view;
    }
}
