package io.slipway.account;

import io.slipway.account.EndedAccess.EndedAccessView;
import io.slipway.account.UserView.OwnAccountView;
import io.slipway.account.captcha.Captchas;
import io.slipway.account.credentials.Cookie;
import io.slipway.account.credentials.Tokens;
import io.slipway.base.Zones;
import io.slipway.http.Fields;
import io.slipway.http.Problem;
import io.slipway.http.Request;
import io.slipway.http.Response;
import io.slipway.http.RouteScope;
import io.slipway.http.edge.Edge;
import io.slipway.http.schema.Described;
import io.slipway.http.schema.Shape;
import java.time.ZoneId;
import java.util.Map;

/** Registration, login and the caller's own account: console-api rows 1 to 3. */
final class AccountRoutes {

    private static final int NAME = 256;
    private static final int PASSWORD = 256;

    private final Accounts accounts;
    private final Captchas captchas;
    private final Registrations registrations;
    private final Logins logins;
    private final Users users;
    private final ZoneId servers;

    /** The token that a program uses from now on. */
    private record LoginView(
            String token,
            @Described("秒 · seconds")
                    @Shape(minimum = Logins.LIFE_SECONDS, maximum = Logins.LIFE_SECONDS)
                    long expire,
            @Described("每个账号固定 · constant per account") String clientHash) {}

    AccountRoutes(
            Accounts accounts,
            Captchas captchas,
            Registrations registrations,
            Logins logins,
            Users users,
            ZoneId servers) {
        this.accounts = accounts;
        this.captchas = captchas;
        this.registrations = registrations;
        this.logins = logins;
        this.users = users;
        this.servers = servers;
    }

    void install(Edge edge) {
        edge.route(RouteScope.OPEN, "POST", "/xiaozhi/user/register", this::register);
        edge.route(RouteScope.OPEN, "GET", "/xiaozhi/user/captcha", this::captcha);
        edge.route(RouteScope.OPEN, "POST", "/xiaozhi/user/login", this::login);
        edge.route(RouteScope.LOGIN, "POST", "/xiaozhi/user/logout", this::logout);
        edge.route(RouteScope.LOGIN, "PUT", "/xiaozhi/user/password", this::password);
        edge.route(RouteScope.READ, "GET", "/xiaozhi/user/info", this::info);
        edge.route(RouteScope.ALL, "PUT", "/xiaozhi/user/info", this::change);
        edge.route(RouteScope.OPEN, "POST", "/v1/session", this::startSession);
        edge.route(RouteScope.LOGIN, "DELETE", "/v1/session", this::endSession);
        edge.views(LoginView.class, UserView.class, OwnAccountView.class, EndedAccessView.class);
    }

    private Response register(Request request) {
        registrations.register(registration(accounts, request));
        return Response.ok(Map.of());
    }

    /** The registration in the request's body. */
    static Registrations.RegistrationRequest registration(Accounts accounts, Request request) {
        Fields fields = request.fields();
        return new Registrations.RegistrationRequest(
                fields.required("username", NAME),
                fields.optional("password", PASSWORD),
                fields.text("captchaId", 64, ""),
                fields.text("captcha", 16, ""),
                fields.text("setupCode", 64, ""),
                accounts.origins().of(request.peer()));
    }

    private Response captcha(Request request) {
        String uuid = request.query("uuid");
        byte[] png = captchas.draw(uuid == null ? "" : uuid, accounts.origins().of(request.peer()));
        return new Response(200, "image/png", png, Map.of(), null);
    }

    private Response login(Request request) {
        Logins.Login login = login(logins, accounts, request);
        return Response.ok(
                new LoginView(
                        login.token(),
                        Logins.LIFE_SECONDS,
                        // Clients use it to distinguish accounts; it is the same at every login.
                        Tokens.hash(login.account().id()).substring(0, 16)));
    }

    /** Logs in with the credentials in the request's body. */
    static Logins.Login login(Logins logins, Accounts accounts, Request request) {
        Fields fields = request.fields();
        String password = fields.optional("password", PASSWORD);
        if (password == null || password.isEmpty()) {
            throw Problem.field("password", "必填", "is required");
        }
        var credentials =
                new Logins.Credentials(
                        fields.required("username", NAME),
                        password,
                        fields.text("captchaId", 64, ""),
                        fields.text("captcha", 16, ""),
                        fields.text("totp", 64, ""));
        return logins.login(credentials, accounts.origins().of(request.peer()));
    }

    private Response logout(Request request) {
        logins.logout(accounts.signIn(request));
        return Response.ok(Map.of());
    }

    private Response password(Request request) {
        SignIn by = accounts.signIn(request);
        Fields fields = request.fields();
        EndedAccess ended =
                logins.changePassword(
                        by,
                        fields.text("oldPassword", PASSWORD, ""),
                        fields.optional("newPassword", PASSWORD),
                        !Boolean.FALSE.equals(fields.flag("endOthers")));
        return Response.ok(ended.view());
    }

    private Response info(Request request) {
        return Response.ok(me(accounts.authenticate(request)));
    }

    private Response change(Request request) {
        Caller caller = accounts.authenticate(request);
        String zone = Zones.field(request.fields(), "timeZone");
        if (zone != null) {
            users.setZone(caller, zone);
        }
        return Response.ok(me(caller));
    }

    private OwnAccountView me(Caller caller) {
        return new OwnAccountView(
                UserView.of(users.require(caller.accountId())),
                users.zone(caller),
                servers.getId());
    }

    // The web UI's login: the token is only set as a cookie.
    private Response startSession(Request request) {
        Cookie.requireOwnSite(request);
        Logins.Login login = login(logins, accounts, request);
        return Response.ok(UserView.of(login.account()))
                .with("Set-Cookie", Cookie.set(request, login.token(), Logins.LIFE_SECONDS));
    }

    private Response endSession(Request request) {
        SignIn by = accounts.signIn(request);
        Cookie.requireOwnSite(request);
        logins.logout(by);
        return Response.ok(Map.of()).with("Set-Cookie", Cookie.clear(request));
    }
}
