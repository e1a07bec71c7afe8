package io.slipway.device;

import io.slipway.account.Accounts;
import io.slipway.account.Caller;
import io.slipway.http.Fields;
import io.slipway.http.Request;
import io.slipway.http.Response;
import io.slipway.http.RouteScope;
import io.slipway.http.console.Page;
import io.slipway.http.edge.Edge;
import io.slipway.http.schema.Described;
import java.util.List;

/** Tags and channels of many devices over HTTP. */
final class TagRoutes {

    private static final int MAC_LENGTH = 64;

    private final Accounts accounts;
    private final Tags tags;

    /** The result of a change. */
    private record TaggingView(
            int changed,
            @Described("本来就是这样 · already as requested") int unchanged,
            List<UntaggedDeviceView> failed) {}

    /** A device that could not be changed, as named in the request. */
    private record UntaggedDeviceView(String value, Tags.TagFailure code, String reason) {

        static UntaggedDeviceView of(Tags.FailedDevice failed, boolean chinese) {
            return new UntaggedDeviceView(
                    failed.value(), failed.failure(), failed.failure().in(chinese));
        }
    }

    TagRoutes(Accounts accounts, Tags tags) {
        this.accounts = accounts;
        this.tags = tags;
    }

    void install(Edge edge) {
        edge.route(RouteScope.READ, "GET", "/v1/tags", this::list);
        edge.route(RouteScope.DEVICES, "POST", "/v1/devices/tags", this::change);
        edge.views(Tags.TagCount.class, TaggingView.class);
    }

    private Response list(Request request) {
        Caller caller = accounts.authenticate(request);
        Page page = Page.of(request);
        String after = page.cursor() == null ? "" : page.cursor().replace("\0", "");
        return Page.response(
                tags.page(caller, after, page.limit() + 1),
                page,
                count -> count,
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
        return Response.ok(
                new TaggingView(
                        result.changed(),
                        result.unchanged(),
                        result.failed().stream()
                                .map(each -> UntaggedDeviceView.of(each, chinese))
                                .toList()));
    }
}
