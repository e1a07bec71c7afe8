package io.slipway.event;

import io.slipway.http.Request;
import io.slipway.http.Response;
import io.slipway.http.console.Page;

/** The part of the feed that concerns one rollout. Thread-safe; calls block. */
public final class Timeline {

    private final Events events;

    public Timeline(Events events) {
        this.events = events;
    }

    /**
     * A page, newest first, by the request's {@code type}, {@code limit} and {@code cursor}.
     *
     * @param rolloutId must be visible to the caller: this isn't checked
     */
    public Response of(Request request, String rolloutId) {
        Page page = Page.of(request);
        String cursor = page.cursor();
        long before = cursor == null ? Long.MAX_VALUE : Page.number(cursor);
        var filter =
                new EventFilter(
                        null, EventRoutes.types(request), rolloutId, "", "", 0, Long.MAX_VALUE);
        EventStore.EventPage found = events.page(filter, before, page.limit());
        Long next = found.next();
        return Response.page(
                found.events().stream().map(EventView::of).toList(),
                next == null ? null : next.toString());
    }
}
