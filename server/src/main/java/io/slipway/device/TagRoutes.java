package io.slipway.device;

import io.slipway.account.Accounts;
import io.slipway.account.Caller;
import io.slipway.http.Fields;
import io.slipway.http.Request;
import io.slipway.http.Response;
import io.slipway.http.console.Page;
import io.slipway.http.edge.Edge;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tags and channels of many devices over HTTP. */
final class TagRoutes {

    private static final int MAC_LENGTH = 64;

    private final Accounts accounts;
    private final Tags tags;

    TagRoutes(Accounts accounts, Tags tags) {
        this.accounts = accounts;
        this.tags = tags;
    }

    void install(Edge edge) {
        edge.route("GET", "/v1/tags", this::list);
        edge.route("POST", "/v1/devices/tags", this::change);
    }

    private Response list(Request request) {
        Caller caller = accounts.authenticate(request);
        Page page = Page.of(request);
        String after = page.cursor() == null ? "" : page.cursor().replace("\0", "");
        return Page.response(
                tags.page(caller, after, page.limit() + 1),
                page,
                count -> Map.of("tag", count.tag(), "devices", count.devices()),
                Tags.TagCount::tag);
    }

    private Response change(Request request) {
        Caller caller = accounts.authenticate(request);
        Fields fields = request.fields();
        fields.only("macs", "add", "remove", "channel");
        List<String> macs = fields.texts("macs", Tags.MAX_DEVICES, MAC_LENGTH);
        if (macs.isEmpty()) {
            throw fields.wrong("macs", "必填", "is required");
        }
        List<String> add = Labels.tags(fields, "add");
        List<String> remove = Labels.tags(fields, "remove");
        var change =
                new Tags.LabelChange(
                        add == null ? List.of() : add,
                        remove == null ? List.of() : remove,
                        Labels.channel(fields));
        Tags.TagResult result = tags.change(caller, macs, change);
        boolean chinese = request.chinese();
        var body = new LinkedHashMap<String, Object>();
        body.put("changed", result.changed());
        body.put("unchanged", result.unchanged());
        body.put("failed", result.failed().stream().map(f -> view(f, chinese)).toList());
        return Response.ok(body);
    }

    private static Map<String, Object> view(Tags.FailedDevice failed, boolean chinese) {
        return Map.of(
                "value", failed.value(),
                "code", failed.failure().name(),
                "reason", failed.failure().in(chinese));
    }
}
