package io.slipway.account;

import io.slipway.http.Request;
import io.slipway.http.Response;
import io.slipway.http.RouteScope;
import io.slipway.http.console.Page;
import io.slipway.http.edge.Edge;
import io.slipway.http.schema.Described;
import io.slipway.text.Csv;
import io.slipway.work.LocalThrottle;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** The audit log: in pages, or exported as CSV. */
final class AuditRoutes {

    /** Maximum number of rows in an export. */
    static final int MOST = 100_000;

    private static final int PAGE = 500;
    private static final int EXPORTS_A_MINUTE = 6;

    private final Accounts accounts;
    private final Audit audit;
    private final LocalThrottle exports;

    /** An entry of the audit log. */
    private record AuditEntryView(
            // A string: it has more digits than a JavaScript number can hold.
            @Described("数字，作文本 · a number, as a string") String id,
            Instant at,
            @Described("谁，空为命令行 · who did it; empty: the command line") String accountId,
            String username,
            @Described("如 agent.create · e.g. agent.create") String action,
            @Described("对象的编号 · the id of the object that was changed") String target,
            String detail,
            @Described("来源 IP · the IP address that it came from") String address) {

        static AuditEntryView of(AuditEntry entry) {
            return new AuditEntryView(
                    Long.toString(entry.id()),
                    Instant.ofEpochMilli(entry.at()),
                    entry.accountId(),
                    entry.username(),
                    entry.action(),
                    entry.target(),
                    entry.detail(),
                    entry.address());
        }
    }

    AuditRoutes(Accounts accounts, Audit audit, InstantSource clock) {
        this.accounts = accounts;
        this.audit = audit;
        this.exports = new LocalThrottle(clock, EXPORTS_A_MINUTE, Duration.ofMinutes(1));
    }

    void install(Edge edge) {
        edge.route(RouteScope.READ, "GET", "/v1/audit", this::list);
        edge.route(RouteScope.READ, "GET", "/v1/audit/export", this::export);
        edge.views(AuditEntryView.class);
    }

    private Response list(Request request) {
        Caller caller = accounts.authenticate(request);
        AuditQuery wanted = AuditQuery.of(request, caller);
        Page page = Page.of(request);
        String cursor = page.cursor();
        long before = cursor == null ? Long.MAX_VALUE : Page.number(cursor);
        return Page.response(
                audit.list(wanted, before, page.limit() + 1),
                page,
                AuditEntryView::of,
                entry -> Long.toString(entry.id()));
    }

    private Response export(Request request) {
        Caller caller = accounts.authenticate(request);
        AuditQuery wanted = AuditQuery.of(request, caller);
        exports.take(caller.accountId());
        // The first page is read before the answer starts, so that an error can still be reported.
        List<AuditEntry> first = audit.list(wanted, Long.MAX_VALUE, PAGE);
        audit.record(caller, "audit.export", "", "");
        return new Response(
                200,
                "text/csv; charset=utf-8",
                new byte[0],
                Map.of("Content-Disposition", "attachment; filename=\"audit.csv\""),
                out -> write(out, wanted, first));
    }

    private void write(OutputStream out, AuditQuery wanted, List<AuditEntry> first)
            throws IOException {
        String start = Csv.MARK + "at";
        out.write(Csv.line(start, "actor", "accountId", "action", "subject", "detail", "address"));
        List<AuditEntry> page = first;
        int rows = 0;
        while (!page.isEmpty()) {
            for (AuditEntry entry : page) {
                out.write(
                        Csv.line(
                                Instant.ofEpochMilli(entry.at()).toString(),
                                entry.username(),
                                entry.accountId(),
                                entry.action(),
                                entry.target(),
                                entry.detail(),
                                entry.address()));
            }
            rows += page.size();
            if (page.size() < PAGE) {
                return;
            }
            page = audit.list(wanted, page.getLast().id(), rows < MOST ? PAGE : 1);
            if (rows >= MOST && !page.isEmpty()) {
                String more = "只导出了最新的 " + MOST + " 条 · only the newest " + MOST + " are here";
                out.write(Csv.line("", "", "", "audit.export", "", more, ""));
                return;
            }
        }
    }
}
