package io.slipway.activation;

import io.slipway.account.Accounts;
import io.slipway.account.Caller;
import io.slipway.http.Request;
import io.slipway.http.Response;
import io.slipway.http.RouteScope;
import io.slipway.http.edge.Edge;
import io.slipway.http.schema.Described;
import io.slipway.http.schema.Omitted;
import io.slipway.http.schema.Shape;
import io.slipway.text.Sentence;
import io.slipway.work.LocalThrottle;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Devices in the viewer's own network that are waiting for their code to be entered. */
final class NearbyRoutes {

    private static final int A_MINUTE = 60;

    private static final Sentence OFF =
            new Sentence(
                    "请求经过了设置里没有写明的代理，无法判断您所在的网络；请把代理写进 http.trusted-proxies",
                    "The request came through a proxy that is not named in the settings, so your"
                            + " network can't be determined: name the proxy in"
                            + " http.trusted-proxies");

    private final Accounts accounts;
    private final Nearby nearby;
    private final LocalThrottle throttle;

    /**
     * An envelope with additional fields.
     *
     * @param off null if the viewer's network is known
     * @param reason null if it is not off
     */
    private record NearbyView(
            @Shape(minimum = 0, maximum = 0) int code,
            @Shape(values = "success") String msg,
            List<WaitingDeviceView> data,
            @Described("无法判断网络，已关闭 · whether it is off because the network can't be determined")
                    @Omitted
                    @Nullable Boolean off,
            @Described("为什么关闭 · why it is off") @Omitted @Nullable Sentence reason) {}

    /** A device that is waiting for its code to be entered. */
    private record WaitingDeviceView(
            String board,
            @Described("MAC 的后四位 · last four digits of the MAC") @Shape(pattern = "^[0-9a-f]{4}$")
                    String macTail,
            Instant askedAt,
            @Described("激活码的位数 · number of digits of its activation code") int digits) {

        static WaitingDeviceView of(Nearby.WaitingDevice waiting) {
            return new WaitingDeviceView(
                    waiting.board(),
                    waiting.macTail(),
                    Instant.ofEpochMilli(waiting.askedAt()),
                    waiting.digits());
        }
    }

    NearbyRoutes(Accounts accounts, Nearby nearby, InstantSource clock) {
        this.accounts = accounts;
        this.nearby = nearby;
        this.throttle = new LocalThrottle(clock, A_MINUTE, Duration.ofMinutes(1));
    }

    void install(Edge edge) {
        edge.route(RouteScope.READ, "GET", "/v1/nearby", this::nearby);
        edge.views(NearbyView.class);
    }

    private Response nearby(Request request) {
        Caller caller = accounts.authenticate(request);
        throttle.take(caller.accountId());
        Optional<List<Nearby.WaitingDevice>> found = nearby.of(request.peer());
        var shown = found.orElse(List.of()).stream().map(WaitingDeviceView::of).toList();
        return Response.json(
                200,
                found.isEmpty()
                        ? new NearbyView(0, "success", shown, true, OFF)
                        : new NearbyView(0, "success", shown, null, null));
    }
}
