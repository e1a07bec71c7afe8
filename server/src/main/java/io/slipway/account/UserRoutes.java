package io.slipway.account;

import io.slipway.http.Fields;
import io.slipway.http.Problem;
import io.slipway.http.Request;
import io.slipway.http.Response;
import io.slipway.http.console.Page;
import io.slipway.http.edge.Edge;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** API keys and users. */
final class UserRoutes {

    private static final int NAME = 64;

    private final Accounts accounts;
    private final ApiKeys keys;
    private final Users users;

    UserRoutes(Accounts accounts, ApiKeys keys, Users users) {
        this.accounts = accounts;
        this.keys = keys;
        this.users = users;
    }

    void install(Edge edge) {
        edge.route("POST", "/v1/api-keys", this::createKey);
        edge.route("GET", "/v1/api-keys", this::keys);
        edge.route("DELETE", "/v1/api-keys/{id}", this::revokeKey);
        edge.route("GET", "/v1/users", this::users);
        edge.route("POST", "/v1/users", this::createUser);
        edge.route("PUT", "/v1/users/{id}", this::changeUser);
        edge.route("GET", "/v1/users/{id}/holdings", this::holdings);
        edge.route("DELETE", "/v1/users/{id}", this::deleteUser);
        edge.route("POST", "/v1/users/{id}/reset-password", this::resetPassword);
    }

    private Response createKey(Request request) {
        Caller caller = accounts.signIn(request).byPerson().caller();
        ApiKeys.NewKey newKey = keys.create(caller, request.fields().required("name", NAME));
        Map<String, @Nullable Object> view = view(newKey.key());
        view.put("key", newKey.secret());
        return Response.ok(view);
    }

    private Response keys(Request request) {
        Caller caller = accounts.authenticate(request);
        Page page = Page.of(request);
        checkId(page.cursor());
        return Page.response(keys.list(caller, page), page, UserRoutes::view, ApiKey::id);
    }

    private Response revokeKey(Request request) {
        Caller caller = accounts.signIn(request).byPerson().caller();
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
                AccountRoutes::view,
                Account::username);
    }

    private Response createUser(Request request) {
        Caller caller = accounts.signIn(request).byAdmin().byPerson().caller();
        Fields fields = request.fields();
        Account created =
                users.create(
                        caller,
                        fields.required("username", 256),
                        fields.optional("password", 256),
                        Boolean.TRUE.equals(fields.flag("admin")),
                        Boolean.TRUE.equals(fields.flag("trusted")));
        return Response.ok(AccountRoutes.view(created));
    }

    private Response changeUser(Request request) {
        Caller caller = accounts.signIn(request).byAdmin().byPerson().caller();
        Fields fields = request.fields();
        Account changed =
                users.change(
                        caller,
                        request.path("id"),
                        fields.flag("disabled"),
                        fields.flag("admin"),
                        fields.flag("trusted"));
        return Response.ok(AccountRoutes.view(changed));
    }

    private Response holdings(Request request) {
        accounts.signIn(request).byAdmin();
        return Response.ok(users.holdings(request.path("id")));
    }

    private Response deleteUser(Request request) {
        Caller caller = accounts.signIn(request).byAdmin().byPerson().caller();
        users.delete(caller, request.path("id"));
        return Response.ok(null);
    }

    private Response resetPassword(Request request) {
        Caller caller = accounts.signIn(request).byAdmin().byPerson().caller();
        String password = request.fields().optional("password", 256);
        users.resetPassword(caller, request.path("id"), password);
        return Response.ok(Map.of());
    }

    private static void checkId(@Nullable String cursor) {
        if (cursor != null && !cursor.matches("[0-9a-f]{32}")) {
            throw new Problem(400, "游标无效", "Bad cursor");
        }
    }

    private static Map<String, @Nullable Object> view(ApiKey key) {
        var view = new LinkedHashMap<String, @Nullable Object>();
        Long used = key.lastUsedAt();
        view.put("id", key.id());
        view.put("name", key.name());
        view.put("prefix", key.prefix());
        view.put("createdAt", Instant.ofEpochMilli(key.createdAt()).toString());
        view.put("lastUsedAt", used == null ? null : Instant.ofEpochMilli(used).toString());
        return view;
    }
}
