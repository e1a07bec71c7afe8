package io.slipway.event;

import io.slipway.account.Accounts;
import io.slipway.account.Caller;
import io.slipway.event.Delivery.DeliveryState;
import io.slipway.event.WebhookView.DeliveryView;
import io.slipway.event.WebhookView.WebhookSecretView;
import io.slipway.http.Problem;
import io.slipway.http.Request;
import io.slipway.http.Response;
import io.slipway.http.RouteScope;
import io.slipway.http.ServerAddresses;
import io.slipway.http.console.Page;
import io.slipway.http.edge.Edge;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Webhooks and their deliveries over HTTP. */
final class WebhookRoutes {

    private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");

    private final Accounts accounts;
    private final Webhooks webhooks;
    private final ServerAddresses addresses;

    WebhookRoutes(Accounts accounts, Webhooks webhooks, ServerAddresses addresses) {
        this.accounts = accounts;
        this.webhooks = webhooks;
        this.addresses = addresses;
    }

    void install(Edge edge) {
        edge.route(RouteScope.READ, "GET", "/v1/webhooks", this::list);
        edge.route(RouteScope.ALL, "POST", "/v1/webhooks", this::create);
        edge.route(RouteScope.READ, "GET", "/v1/webhooks/{id}", this::get);
        edge.route(RouteScope.ALL, "PUT", "/v1/webhooks/{id}", this::update);
        edge.route(RouteScope.ALL, "DELETE", "/v1/webhooks/{id}", this::delete);
        edge.route(RouteScope.ALL, "POST", "/v1/webhooks/{id}/secret", this::rotate);
        edge.route(RouteScope.ALL, "POST", "/v1/webhooks/{id}/test", this::test);
        edge.route(RouteScope.READ, "GET", "/v1/webhooks/{id}/deliveries", this::deliveries);
        edge.route(
                RouteScope.ALL,
                "POST",
                "/v1/webhooks/{id}/deliveries/{delivery}/retry",
                this::retry);
        edge.views(WebhookView.class, WebhookSecretView.class, DeliveryView.class);
    }

    private Response list(Request request) {
        Caller caller = accounts.authenticate(request);
        Page page = Page.of(request);
        String cursor = page.cursor();
        if (cursor != null && !ID.matcher(cursor).matches()) {
            throw new Problem(400, "游标无效", "Bad cursor");
        }
        List<Webhook> found = webhooks.list(caller, cursor, page.limit() + 1);
        return Page.response(found, page, WebhookView::of, Webhook::id);
    }

    private Response create(Request request) {
        Caller caller = accounts.authenticate(request);
        var fields = WebhookFields.created(request.fields(), caller, addresses);
        Webhooks.NewWebhook made = webhooks.create(caller, fields);
        return Response.ok(WebhookView.of(made.webhook(), made.secret()));
    }

    private Response get(Request request) {
        Caller caller = accounts.authenticate(request);
        return Response.ok(WebhookView.of(webhooks.require(caller, request.path("id"))));
    }

    private Response update(Request request) {
        Caller caller = accounts.authenticate(request);
        var fields = WebhookFields.changed(request.fields(), caller, addresses);
        return Response.ok(
                WebhookView.of(
                        webhooks.update(caller, request.path("id"), fields, fields.given())));
    }

    private Response delete(Request request) {
        Caller caller = accounts.authenticate(request);
        webhooks.delete(caller, request.path("id"));
        return Response.ok(Map.of());
    }

    private Response rotate(Request request) {
        Caller caller = accounts.authenticate(request);
        return Response.ok(new WebhookSecretView(webhooks.rotate(caller, request.path("id"))));
    }

    private Response test(Request request) {
        Caller caller = accounts.authenticate(request);
        return Response.ok(DeliveryView.of(webhooks.test(caller, request.path("id"))));
    }

    private Response deliveries(Request request) {
        Caller caller = accounts.authenticate(request);
        Page page = Page.of(request);
        String cursor = page.cursor();
        long before = cursor == null ? Long.MAX_VALUE : Page.number(cursor);
        List<Delivery> found =
                webhooks.deliveries(
                        caller, request.path("id"), state(request), before, page.limit() + 1);
        return Page.response(
                found, page, DeliveryView::of, delivery -> Long.toString(delivery.id()));
    }

    private static @Nullable DeliveryState state(Request request) {
        String text = request.query("state");
        return switch (text == null ? "" : text) {
            case "" -> null;
            case "waiting" -> DeliveryState.WAITING;
            case "delivered" -> DeliveryState.DELIVERED;
            case "dead" -> DeliveryState.DEAD;
            default ->
                    throw Problem.field(
                            "state",
                            "应为 waiting、delivered 或 dead",
                            "must be waiting, delivered or dead");
        };
    }

    private Response retry(Request request) {
        Caller caller = accounts.authenticate(request);
        String delivery = request.path("delivery");
        long id = delivery.matches("[0-9]{1,18}") ? Long.parseLong(delivery) : -1;
        return Response.ok(DeliveryView.of(webhooks.retry(caller, request.path("id"), id)));
    }
}
