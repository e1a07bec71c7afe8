package io.slipway.account;

import io.slipway.account.EndedAccess.EndedAccessView;
import io.slipway.http.Fields;
import io.slipway.http.Problem;
import io.slipway.http.Request;
import io.slipway.http.Response;
import io.slipway.http.RouteScope;
import io.slipway.http.console.Page;
import io.slipway.http.edge.Edge;
import io.slipway.http.schema.Described;
import io.slipway.http.schema.Inlined;
import io.slipway.http.schema.Omitted;
import io.slipway.http.schema.Shape;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** API keys and users. */
final class UserRoutes {

    private static final int NAME = 64;

    private final Accounts accounts;
    private final ApiKeys keys;
    private final Users users;

    /**
     * An API key.
     *
     * @param lastUsedAt null if never used
     * @param lastUsedFrom null if unknown
     * @param key null except when it is created
     */
    private record ApiKeyView(
            @Shape(pattern = Shape.ID) String id,
            String name,
            @Described("开头几个字符，便于辨认 · its first characters, to recognise it by") String prefix,
            Instant createdAt,
            @Described("最多能做什么 · what it may do at most")
                    @Shape(values = {"read", "devices", "firmware", "all"})
                    String scope,
            @Described("误差几分钟 · to within some minutes") @Nullable Instant lastUsedAt,
            @Described("上次使用时的地址 · the address from which it was last used")
                    @Nullable String lastUsedFrom,
            @Described("完整的密钥，只在创建时给出一次 · the complete key: returned only once, when it is created")
                    @Omitted
                    @Nullable String key) {

        static ApiKeyView of(ApiKey key, @Nullable String secret) {
            Long used = key.lastUsedAt();
            return new ApiKeyView(
                    key.id(),
                    key.name(),
                    key.prefix(),
                    Instant.ofEpochMilli(key.createdAt()),
                    key.scope().code(),
                    used == null ? null : Instant.ofEpochMilli(used),
                    key.lastUsedFrom().isEmpty() ? null : key.lastUsedFrom(),
                    secret);
        }
    }

    /** What a reset has put an end to. */
    private record PasswordResetView(
            @Inlined EndedAccessView ended,
            @Described("是否解除了和单点登录的关联 · whether a link to the sign-in provider was removed")
                    boolean providerLinkRemoved) {}

    UserRoutes(Accounts accounts, ApiKeys keys, Users users) {
        this.accounts = accounts;
        this.keys = keys;
        this.users = users;
    }

    void install(Edge edge) {
        edge.route(RouteScope.LOGIN, "POST", "/v1/api-keys", this::createKey);
        edge.route(RouteScope.READ, "GET", "/v1/api-keys", this::keys);
        edge.route(RouteScope.LOGIN, "DELETE", "/v1/api-keys/{id}", this::revokeKey);
        edge.route(RouteScope.READ, "GET", "/v1/users", this::users);
        edge.route(RouteScope.LOGIN, "POST", "/v1/users", this::createUser);
        edge.route(RouteScope.LOGIN, "PUT", "/v1/users/{id}", this::changeUser);
        edge.route(RouteScope.READ, "GET", "/v1/users/{id}/holdings", this::holdings);
        edge.route(RouteScope.LOGIN, "DELETE", "/v1/users/{id}", this::deleteUser);
        edge.route(RouteScope.LOGIN, "POST", "/v1/users/{id}/reset-password", this::resetPassword);
        edge.views(ApiKeyView.class, UserView.class, PasswordResetView.class);
    }

    private Response createKey(Request request) {
        Caller caller = accounts.signIn(request).caller();
        Fields fields = request.fields();
        String name = fields.required("name", NAME);
        KeyScope scope = KeyScope.named(fields.text("scope", 16, KeyScope.ALL.code()));
        ApiKeys.NewKey newKey = keys.create(caller, name, scope);
        return Response.ok(ApiKeyView.of(newKey.key(), newKey.secret()));
    }

    private Response keys(Request request) {
        Caller caller = accounts.authenticate(request);
        Page page = Page.of(request);
        checkId(page.cursor());
        return Page.response(
                keys.list(caller, page), page, key -> ApiKeyView.of(key, null), ApiKey::id);
    }

    private Response revokeKey(Request request) {
        Caller caller = accounts.signIn(request).caller();
        keys.revoke(caller, request.path("id"));
        return Response.ok(Map.of());
    }

    private Response users(Request request) {
        accounts.signIn(request).byAdmin();
        Page page = Page.of(request);
        String after = page.cursor() == null ? "" : page.cursor();
        if (after.length() > NAME) {
            throw new Problem(400, "游标无效", "Bad cursor");
        }
        String prefix = request.query("q");
        return Page.response(
                users.list(prefix == null ? "" : prefix, after, page.limit()),
                page,
                UserView::of,
                Account::username);
    }

    private Response createUser(Request request) {
        Caller caller = accounts.signIn(request).byAdmin().caller();
        Fields fields = request.fields();
        Account created =
                users.create(
                        caller,
                        fields.required("username", 256),
                        fields.optional("password", 256),
                        Boolean.TRUE.equals(fields.flag("admin")),
                        Boolean.TRUE.equals(fields.flag("trusted")));
        return Response.ok(UserView.of(created));
    }

    private Response changeUser(Request request) {
        Caller caller = accounts.signIn(request).byAdmin().caller();
        Fields fields = request.fields();
        Account changed =
                users.change(
                        caller,
                        request.path("id"),
                        fields.flag("disabled"),
                        fields.flag("admin"),
                        fields.flag("trusted"));
        return Response.ok(UserView.of(changed));
    }

    private Response holdings(Request request) {
        accounts.signIn(request).byAdmin();
        return Response.ok(users.holdings(request.path("id")));
    }

    private Response deleteUser(Request request) {
        Caller caller = accounts.signIn(request).byAdmin().caller();
        users.delete(caller, request.path("id"));
        return Response.ok(null);
    }

    private Response resetPassword(Request request) {
        Caller caller = accounts.signIn(request).byAdmin().caller();
        String password = request.fields().optional("password", 256);
        var reset = users.resetPassword(caller, request.path("id"), password, false);
        return Response.ok(
                new PasswordResetView(reset.ended().view(), reset.providerLinkRemoved()));
    }

    private static void checkId(@Nullable String cursor) {
        if (cursor != null && !cursor.matches("[0-9a-f]{32}")) {
            throw new Problem(400, "游标无效", "Bad cursor");
        }
    }
}
