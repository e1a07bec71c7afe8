package io.slipway.http.console;

import io.slipway.http.Problem;
import io.slipway.http.Request;
import io.slipway.http.Response;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The requested part of a list.
 *
 * @param limit rows, 1 to 100
 * @param cursor where the page begins, null for the first
 * @param all whether neither limit nor cursor was given, which requests everything
 */
public record Page(int limit, @Nullable String cursor, boolean all) {

    private static final int DEFAULT = 20;
    private static final int MAX = 100;

    public static Page of(Request request) {
        String cursor = request.query("cursor");
        boolean first = cursor == null || cursor.isEmpty();
        boolean all = first && request.query("limit") == null;
        return new Page(limit(request, DEFAULT), first ? null : cursor, all);
    }

    /** The {@code limit} parameter, clamped to 1 to 100. */
    public static int limit(Request request, int fallback) {
        String text = request.query("limit");
        if (text == null || text.isEmpty()) {
            return fallback;
        }
        try {
            return Math.clamp(Long.parseLong(text), 1, MAX);
        } catch (NumberFormatException e) {
            throw Problem.field("limit", "应为整数", "must be a whole number");
        }
    }

    /** A cursor that is a number, or 400. */
    public static long number(String cursor) {
        try {
            return Long.parseLong(cursor);
        } catch (NumberFormatException e) {
            throw new Problem(400, "游标无效", "Bad cursor");
        }
    }

    /**
     * The response for a page.
     *
     * @param found one row more than the limit if there are more
     * @param cursor of the page after a row
     */
    public static <T> Response response(
            List<T> found, Page page, Function<T, Object> view, Function<T, String> cursor) {
        boolean more = found.size() > page.limit();
        List<T> shown = more ? found.subList(0, page.limit()) : found;
        return Response.page(
                shown.stream().map(view).toList(), more ? cursor.apply(shown.getLast()) : null);
    }
}
