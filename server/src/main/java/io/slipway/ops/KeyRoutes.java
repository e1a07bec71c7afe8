package io.slipway.ops;

import io.slipway.account.Accounts;
import io.slipway.account.Audit;
import io.slipway.account.Caller;
import io.slipway.cluster.Bus;
import io.slipway.cluster.Topic;
import io.slipway.http.Problem;
import io.slipway.http.Request;
import io.slipway.http.Response;
import io.slipway.http.RouteScope;
import io.slipway.http.edge.Edge;
import io.slipway.http.schema.Shape;
import io.slipway.keys.Keyring;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import java.time.Instant;

/**
 * The keys that sign session tokens, for administrators: rotate them, revoke a retired one
 * (decisions D5). After a revocation, devices with old tokens are told to restart.
 */
final class KeyRoutes {

    /** Carries the key's id. */
    private static final Topic<String> CHANGED = Topic.text("keys");

    private final Accounts accounts;
    private final Keyring keys;
    private final Audit audit;
    private final Database database;
    private final Bus bus;

    /** A key that signs session tokens. */
    private record SessionKeyView(
            String id,
            Instant createdAt,
            @Shape(values = {"current", "retired", "revoked"}) String state) {

        static SessionKeyView of(Keyring.KeyInfo key) {
            return new SessionKeyView(
                    key.id(),
                    Instant.ofEpochMilli(key.createdAt()),
                    key.revoked() ? "revoked" : key.current() ? "current" : "retired");
        }
    }

    KeyRoutes(Accounts accounts, Keyring keys, Audit audit, Database database, Bus bus) {
        this.accounts = accounts;
        this.keys = keys;
        this.audit = audit;
        this.database = database;
        this.bus = bus;
        // This node has already reloaded them itself.
        bus.onOthers(CHANGED, changed -> keys.reload());
        bus.onGap(keys::reload);
    }

    void install(Edge edge) {
        edge.route(RouteScope.READ, "GET", "/v1/session-keys", this::list);
        edge.route(RouteScope.LOGIN, "POST", "/v1/session-keys", this::rotate);
        edge.route(RouteScope.LOGIN, "DELETE", "/v1/session-keys/{id}", this::revoke);
        edge.views(SessionKeyView.class);
    }

    private Response list(Request request) {
        accounts.administrator(request);
        return Response.ok(keys.sessionKeys().stream().map(SessionKeyView::of).toList());
    }

    private Response rotate(Request request) {
        Caller caller = accounts.administrator(request);
        keys.rotate();
        changed(caller, "session-key.rotate", keys.session().id());
        return list(request);
    }

    private Response revoke(Request request) {
        Caller caller = accounts.administrator(request);
        String id = request.path("id");
        if (!keys.revoke(id)) {
            throw Problem.notFound(
                    "没有这个已停用的密钥；正在使用的密钥须先轮换", "No such retired key; rotate the one in use first");
        }
        changed(caller, "session-key.revoke", id);
        return list(request);
    }

    private void changed(Caller caller, String action, String id) {
        database.run(
                Plane.CONSOLE,
                tx -> {
                    audit.record(tx, caller, action, id, "");
                    bus.send(tx, CHANGED, id);
                });
    }
}
