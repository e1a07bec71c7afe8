package io.slipway.account;

import io.slipway.account.credentials.TimeCode;
import io.slipway.http.Request;
import io.slipway.http.Response;
import io.slipway.http.RouteScope;
import io.slipway.http.edge.Edge;
import io.slipway.http.schema.Described;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** The caller's own second factor, and its removal by an administrator. */
final class SecondFactorRoutes {

    private static final int PASSWORD = 256;
    private static final int CODE = 64;

    private final Accounts accounts;
    private final SecondFactors factors;

    private record SecondFactorView(
            @Described("已开启 · in force") boolean on,
            @Described("剩余的恢复码 · recovery codes that are left") int recoveryCodes) {}

    /** What the app needs. */
    private record NewSecondFactorView(
            @Described("密钥，供手工输入 · the secret, to be typed") String secret,
            @Described("otpauth 地址，供扫码 · the otpauth URI, to be scanned") String uri) {}

    private record RecoveryCodesView(
            @Described("每个只能用一次，只在这里给出 · each is valid once; returned only here")
                    List<String> recoveryCodes) {}

    SecondFactorRoutes(Accounts accounts, SecondFactors factors) {
        this.accounts = accounts;
        this.factors = factors;
    }

    void install(Edge edge) {
        edge.route(RouteScope.READ, "GET", "/v1/second-factor", this::state);
        edge.route(RouteScope.LOGIN, "POST", "/v1/second-factor", this::begin);
        edge.route(RouteScope.LOGIN, "POST", "/v1/second-factor/confirm", this::confirm);
        edge.route(RouteScope.LOGIN, "POST", "/v1/second-factor/remove", this::remove);
        edge.route(RouteScope.LOGIN, "DELETE", "/v1/users/{id}/second-factor", this::removeOther);
        edge.views(SecondFactorView.class, NewSecondFactorView.class, RecoveryCodesView.class);
    }

    private Response state(Request request) {
        var state = factors.state(accounts.authenticate(request));
        return Response.ok(new SecondFactorView(state.on(), state.recoveryCodes()));
    }

    private Response begin(Request request) {
        SignIn by = accounts.signIn(request);
        byte[] secret = factors.begin(by, request.fields().text("password", PASSWORD, ""));
        String text = TimeCode.base32(secret);
        String label =
                URLEncoder.encode(by.caller().username(), StandardCharsets.UTF_8)
                        .replace("+", "%20");
        String uri = "otpauth://totp/Slipway:" + label + "?secret=" + text + "&issuer=Slipway";
        return Response.ok(new NewSecondFactorView(text, uri));
    }

    private Response confirm(Request request) {
        SignIn by = accounts.signIn(request);
        String code = request.fields().text("totp", CODE, "");
        return Response.ok(new RecoveryCodesView(factors.confirm(by, code)));
    }

    private Response remove(Request request) {
        SignIn by = accounts.signIn(request);
        factors.remove(by, request.fields().text("password", PASSWORD, ""));
        return Response.ok(Map.of());
    }

    private Response removeOther(Request request) {
        Caller admin = accounts.signIn(request).byAdmin().caller();
        factors.remove(admin, request.path("id"));
        return Response.ok(Map.of());
    }
}
