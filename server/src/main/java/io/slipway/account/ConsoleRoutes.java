package io.slipway.account;

import io.slipway.http.Problem;
import io.slipway.http.Request;
import io.slipway.http.Response;
import io.slipway.http.edge.Edge;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How the web UI begins: what it must know before anybody is signed in, and its login. */
final class ConsoleRoutes {

    private final Accounts accounts;
    private final AccountConfig config;
    private final Registrations registrations;
    private final Logins logins;
    private final Users users;
    private final ServerInfo serverInfo;

    ConsoleRoutes(
            Accounts accounts,
            AccountConfig config,
            Registrations registrations,
            Logins logins,
            Users users,
            ServerInfo serverInfo) {
        this.accounts = accounts;
        this.config = config;
        this.registrations = registrations;
        this.logins = logins;
        this.users = users;
        this.serverInfo = serverInfo;
    }

    void install(Edge edge) {
        edge.route("GET", "/v1/console/start", this::start);
        edge.route("POST", "/v1/console/login", this::login);
        edge.route("POST", "/v1/console/logout", this::logout);
    }

    private Response start(Request request) {
        boolean unclaimed = registrations.unclaimed();
        var start = new LinkedHashMap<String, @Nullable Object>();
        start.put("version", serverInfo.version());
        start.put("captcha", config.captcha());
        start.put("registration", unclaimed || config.openRegistration() ? "open" : "closed");
        start.put("unclaimed", unclaimed);
        start.put("setupCode", unclaimed && !AccountRoutes.local(request));
        start.put("publicUrl", serverInfo.publicUrl());
        start.put("user", user(request));
        return Response.ok(start);
    }

    // Signed out is no error here: a login that has ended is how most visits begin.
    private @Nullable Map<String, @Nullable Object> user(Request request) {
        try {
            return view(users.require(accounts.authenticate(request).accountId()));
        } catch (Problem nobody) {
            return null;
        }
    }

    private Response login(Request request) {
        Cookie.requireOwnSite(request);
        Logins.Login login = AccountRoutes.login(logins, accounts, request);
        return Response.ok(Map.of("user", view(login.account())))
                .with("Set-Cookie", Cookie.set(request, login.token(), Logins.LIFE_SECONDS));
    }

    // Also of a login that has ended already: whoever wants to be out is out.
    private Response logout(Request request) {
        Cookie.requireOwnSite(request);
        SignIn by = null;
        try {
            by = accounts.signIn(request);
        } catch (Problem nobody) {
            // Nothing to end but the cookie.
        }
        if (by != null) {
            logins.logout(by);
        }
        return Response.ok(Map.of()).with("Set-Cookie", Cookie.clear(request));
    }

    private static Map<String, @Nullable Object> view(Account account) {
        Map<String, @Nullable Object> view = AccountRoutes.view(account);
        view.put("role", account.admin() ? "admin" : "user");
        return view;
    }
}
