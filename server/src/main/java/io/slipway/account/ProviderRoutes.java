package io.slipway.account;

import io.slipway.account.credentials.Cookie;
import io.slipway.http.Problem;
import io.slipway.http.Request;
import io.slipway.http.Response;
import io.slipway.http.RouteScope;
import io.slipway.http.Subpath;
import io.slipway.http.edge.Edge;
import io.slipway.http.schema.Described;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sign-in by a provider: the way there and back, and the link of the caller's own account. */
final class ProviderRoutes {

    /** Where the provider sends the browser; registered there with the public URL before it. */
    static final String CALLBACK = "/v1/provider/callback";

    private static final String COOKIE = "slipway_provider";
    private static final int NEXT = 500;
    private static final int CODE = 4_096;
    private static final int PASSWORD = 256;

    private final Accounts accounts;
    private final ProviderLogins logins;
    private final boolean secure;
    private final String below;

    private record ProviderView(
            @Described("登录按钮上的名字 · name on the button") String name,
            @Described("自己的账号已关联 · whether your account is linked") boolean linked) {}

    private record ProviderDepartureView(
            @Described("浏览器接下来要打开的地址 · where the browser is to go") String url) {}

    /**
     * @param publicUrl where people find this server
     */
    ProviderRoutes(Accounts accounts, ProviderLogins logins, String publicUrl) {
        this.accounts = accounts;
        this.logins = logins;
        this.secure = publicUrl.startsWith("https:");
        this.below = Subpath.of(publicUrl).path();
    }

    void install(Edge edge) {
        edge.route(RouteScope.READ, "GET", "/v1/provider", this::state);
        edge.route(RouteScope.OPEN, "GET", "/v1/provider/start", this::start);
        edge.route(RouteScope.OPEN, "GET", CALLBACK, this::callback);
        edge.route(RouteScope.LOGIN, "POST", "/v1/provider/link", this::link);
        edge.route(RouteScope.LOGIN, "DELETE", "/v1/provider/link", this::unlink);
        edge.views(ProviderView.class, ProviderDepartureView.class);
    }

    private Response state(Request request) {
        Caller caller = accounts.authenticate(request);
        return Response.ok(new ProviderView(logins.name(), logins.linked(caller)));
    }

    private Response start(Request request) {
        String next = limited(request.query("next"), NEXT);
        var departure = logins.begin(next, accounts.origins().of(request.peer()));
        return Response.redirect(departure.provider().toString())
                .with("Set-Cookie", cookie(departure.token(), ProviderLogins.LIFE.toSeconds()));
    }

    private Response callback(Request request) {
        String token = request.cookie(COOKIE);
        var back =
                logins.end(
                        token == null ? "" : token,
                        limited(request.query("state"), CODE),
                        limited(request.query("code"), CODE),
                        accounts.origins().of(request.peer()));
        return switch (back.outcome()) {
            case SIGNED_IN -> signedIn(back);
            case LINKED, TAKEN -> page("/settings/account", back);
            case EXPIRED, FAILED, UNKNOWN, DISABLED -> page("/sign-in", back);
        };
    }

    // The page checks where to go next, as after a sign-in by password.
    private Response signedIn(ProviderLogins.ProviderReturn back) {
        Logins.Login login = back.login();
        if (login == null) {
            throw new IllegalStateException("signed in without a login");
        }
        String value = Cookie.set(login.token(), Logins.LIFE_SECONDS, secure, below);
        return Response.redirect(below + "/sign-in" + next("?", back)).with("Set-Cookie", value);
    }

    private Response page(String path, ProviderLogins.ProviderReturn back) {
        String outcome = back.outcome().name().toLowerCase(Locale.ROOT);
        return Response.redirect(below + path + "?provider=" + outcome + next("&", back));
    }

    private static String next(String sign, ProviderLogins.ProviderReturn back) {
        return back.next().isEmpty()
                ? ""
                : sign + "next=" + URLEncoder.encode(back.next(), StandardCharsets.UTF_8);
    }

    private Response link(Request request) {
        SignIn by = accounts.signIn(request);
        Cookie.requireOwnSite(request);
        String password = request.fields().text("password", PASSWORD, "");
        var departure = logins.beginLink(by.caller(), password);
        return Response.ok(new ProviderDepartureView(departure.provider().toString()))
                .with("Set-Cookie", cookie(departure.token(), ProviderLogins.LIFE.toSeconds()));
    }

    private Response unlink(Request request) {
        logins.unlink(accounts.signIn(request));
        return Response.ok(Map.of());
    }

    // Lax: it must come along when the provider's page leads back here.
    private String cookie(String token, long seconds) {
        return COOKIE
                + "="
                + token
                + "; Path="
                + below
                + "/v1/provider; HttpOnly; SameSite=Lax; Max-Age="
                + seconds
                + (secure ? "; Secure" : "");
    }

    private static String limited(@Nullable String value, int max) {
        if (value != null && value.length() > max) {
            throw new Problem(400, "参数太长", "A parameter is too long");
        }
        return value == null ? "" : value;
    }
}
