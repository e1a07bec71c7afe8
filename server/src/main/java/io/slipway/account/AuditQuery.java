package io.slipway.account;

import io.slipway.http.Problem;
import io.slipway.http.Request;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A filter for audit entries; null matches any.
 *
 * @param accountId who made the change
 * @param actor the user name at that time
 * @param subject the id of what was changed
 * @param since epoch ms, inclusive
 * @param until epoch ms, exclusive
 */
record AuditQuery(
        @Nullable String accountId,
        @Nullable String actor,
        @Nullable String action,
        @Nullable String subject,
        long since,
        long until) {

    private static final int MOST = 128;

    /** The year 2090, about the latest that ids can represent. */
    private static final long NEVER = 3_786_912_000_000L;

    /** Matches every entry. */
    static final AuditQuery ANY = new AuditQuery(null, null, null, null, 0, NEVER);

    /**
     * Reads a request's filters; users who are not administrators see only what was done in their
     * own name.
     *
     * @throws Problem 403 for another account's entries, 400 for an invalid filter
     */
    static AuditQuery of(Request request, Caller caller) {
        String accountId = text(request, "accountId");
        if (!caller.admin()) {
            if (accountId != null && !accountId.equals(caller.accountId())) {
                throw Problem.administratorsOnly();
            }
            accountId = caller.accountId();
        }
        String subject = text(request, "subject");
        return new AuditQuery(
                accountId,
                text(request, "actor"),
                text(request, "action"),
                // The column's name in the entries.
                subject == null ? text(request, "target") : subject,
                time(request, "since", 0),
                time(request, "until", NEVER));
    }

    private static @Nullable String text(Request request, String name) {
        String text = request.query(name);
        // PostgreSQL can't compare with NUL.
        text = text == null ? "" : text.replace("\0", "").strip();
        if (text.length() > MOST) {
            throw Problem.field(name, "最多 " + MOST + " 个字符", "at most " + MOST + " characters");
        }
        return text.isEmpty() ? null : text;
    }

    private static long time(Request request, String name, long fallback) {
        String text = text(request, name);
        if (text == null) {
            return fallback;
        }
        try {
            long at =
                    text.matches("[0-9]{1,15}")
                            ? Long.parseLong(text)
                            : Instant.parse(text).toEpochMilli();
            return Math.clamp(at, 0, NEVER);
        } catch (DateTimeException | ArithmeticException e) {
            throw Problem.field(
                    name,
                    "应为 2026-08-01T00:00:00Z 形式的时间或毫秒数",
                    "must be a time such as 2026-08-01T00:00:00Z, or milliseconds");
        }
    }
}
