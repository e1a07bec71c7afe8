package io.slipway.account;

import io.slipway.account.UserView.ConsoleUserView;
import io.slipway.account.credentials.Cookie;
import io.slipway.http.Problem;
import io.slipway.http.Request;
import io.slipway.http.Response;
import io.slipway.http.RouteScope;
import io.slipway.http.edge.Edge;
import io.slipway.http.schema.Described;
import io.slipway.http.schema.Shape;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The start of the web UI: what it needs before a login, and the login. */
final class ConsoleRoutes {

    private final Accounts accounts;
    private final Supplier<AccountConfig> current;
    private final Registrations registrations;
    private final Logins logins;
    private final Users users;
    private final ServerInfo serverInfo;

    /**
     * What the web UI needs to know first.
     *
     * @param user null if nobody is logged in
     */
    private record ConsoleStartView(
            String version,
            @Described("需要图形验证码 · whether captchas are required") boolean captcha,
            @Shape(values = {"open", "closed"}) String registration,
            @Described(
                            "还没有用户：注册需要安装码，首个账号是管理员 · whether there are no users yet:"
                                    + " registering requires the setup code, and makes an"
                                    + " administrator")
                    boolean unclaimed,
            @Described(
                            "单点登录按钮上的名字，空为没有 · name on the button for signing in by a"
                                    + " provider; empty for none")
                    String provider,
            @Described("设置 public.url，空为没有 · the setting public.url; empty if not set")
                    String publicUrl,
            @Nullable ConsoleUserView user) {}

    /** The user who has logged in. */
    private record SignedInView(ConsoleUserView user) {}

    ConsoleRoutes(
            Accounts accounts,
            Supplier<AccountConfig> current,
            Registrations registrations,
            Logins logins,
            Users users,
            ServerInfo serverInfo) {
        this.accounts = accounts;
        this.current = current;
        this.registrations = registrations;
        this.logins = logins;
        this.users = users;
        this.serverInfo = serverInfo;
    }

    void install(Edge edge) {
        edge.route(RouteScope.OPEN, "GET", "/v1/console/start", this::start);
        edge.route(RouteScope.OPEN, "POST", "/v1/console/register", this::register);
        edge.route(RouteScope.OPEN, "POST", "/v1/console/login", this::login);
        edge.route(RouteScope.OPEN, "POST", "/v1/console/logout", this::logout);
        edge.views(ConsoleStartView.class, SignedInView.class);
    }

    private Response start(Request request) {
        boolean unclaimed = registrations.unclaimed();
        AccountConfig config = current.get();
        return Response.ok(
                new ConsoleStartView(
                        serverInfo.version(),
                        config.captcha(),
                        unclaimed || config.openRegistration() ? "open" : "closed",
                        unclaimed,
                        config.provider() == null ? "" : config.provider().name(),
                        serverInfo.publicUrl(),
                        user(request)));
    }

    // Being logged out is not an error here: most visits start with an expired login.
    private @Nullable ConsoleUserView user(Request request) {
        try {
            return ConsoleUserView.of(users.require(accounts.authenticate(request).accountId()));
        } catch (Problem nobody) {
            return null;
        }
    }

    // With the login that follows: a second captcha would prove nothing new.
    private Response register(Request request) {
        Cookie.requireOwnSite(request);
        var registration = AccountRoutes.registration(accounts, request);
        Account account = registrations.register(registration);
        return signedIn(request, logins.begin(account, registration.origin()));
    }

    private Response login(Request request) {
        Cookie.requireOwnSite(request);
        return signedIn(request, AccountRoutes.login(logins, accounts, request));
    }

    private static Response signedIn(Request request, Logins.Login login) {
        return Response.ok(new SignedInView(ConsoleUserView.of(login.account())))
                .with("Set-Cookie", Cookie.set(request, login.token(), Logins.LIFE_SECONDS));
    }

    // Also succeeds if the login has already expired.
    private Response logout(Request request) {
        Cookie.requireOwnSite(request);
        SignIn by = null;
        try {
            by = accounts.signIn(request);
        } catch (Problem nobody) {
            // There is only the cookie to delete.
        }
        if (by != null) {
            logins.logout(by);
        }
        return Response.ok(Map.of()).with("Set-Cookie", Cookie.clear(request));
    }
}
