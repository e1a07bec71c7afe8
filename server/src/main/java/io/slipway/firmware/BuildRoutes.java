package io.slipway.firmware;

import io.slipway.account.Accounts;
import io.slipway.account.Caller;
import io.slipway.http.Problem;
import io.slipway.http.Request;
import io.slipway.http.Response;
import io.slipway.http.RouteScope;
import io.slipway.http.console.Page;
import io.slipway.http.edge.Edge;
import io.slipway.http.file.UploadRoute;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Builds and channels over HTTP. */
final class BuildRoutes {

    private static final int QUERY = 128;
    private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");

    private final Accounts accounts;
    private final Builds builds;
    private final Sboms sboms;
    private final Downloads downloads;
    private final StoreCheck check;

    BuildRoutes(
            Accounts accounts, Builds builds, Sboms sboms, Downloads downloads, StoreCheck check) {
        this.sboms = sboms;
        this.accounts = accounts;
        this.builds = builds;
        this.downloads = downloads;
        this.check = check;
    }

    void install(Edge edge, FirmwareConfig config) {
        edge.upload(
                RouteScope.FIRMWARE,
                "POST",
                "/v1/builds",
                config.maxImage(),
                config.incoming(),
                new UploadRoute(this::upload));
        edge.route(RouteScope.READ, "GET", "/v1/builds", this::list);
        edge.route(RouteScope.READ, "GET", "/v1/channels", this::channels);
        // Before the parameterised path, which would match as well.
        edge.route(RouteScope.READ, "GET", "/v1/builds/check", this::check);
        edge.route(RouteScope.READ, "GET", "/v1/builds/{id}", this::get);
        edge.route(RouteScope.FIRMWARE, "PATCH", "/v1/builds/{id}", this::edit);
        edge.route(RouteScope.FIRMWARE, "DELETE", "/v1/builds/{id}", this::delete);
        edge.route(RouteScope.READ, "GET", "/v1/builds/{id}/file", this::file);
        String sbom = "/v1/builds/{id}/sbom";
        edge.route(RouteScope.FIRMWARE, "PUT", sbom, Sbom.MAX_BYTES, this::putSbom);
        edge.route(RouteScope.READ, "GET", sbom, this::sbom);
        edge.route(RouteScope.FIRMWARE, "DELETE", sbom, this::deleteSbom);
        edge.route(RouteScope.FIRMWARE, "POST", "/v1/builds/{id}/quarantine", this::quarantine);
        edge.route(RouteScope.FIRMWARE, "DELETE", "/v1/builds/{id}/quarantine", this::clear);
        edge.views(
                BuildView.class,
                UploadedBuildView.class,
                Builds.Channel.class,
                StoreCheck.StoreReport.class);
    }

    // The caller is authenticated before a byte of the file is read.
    private UploadRoute.Sink upload(Request request) {
        Caller caller = accounts.authenticate(request);
        return received -> {
            BuildChanges changes = BuildFields.of(received.fields());
            UploadedBuild uploaded = builds.add(caller, received.file(), changes);
            BuildView build = view(caller, uploaded.build());
            return Response.ok(UploadedBuildView.of(build, uploaded));
        };
    }

    private Response list(Request request) {
        Caller caller = accounts.authenticate(request);
        Page page = Page.of(request);
        String cursor = page.cursor();
        if (cursor != null && !ID.matcher(cursor).matches()) {
            throw new Problem(400, "游标无效", "Bad cursor");
        }
        var query =
                new BuildQuery(
                        text(request, "q"),
                        text(request, "channel"),
                        text(request, "board"),
                        text(request, "chip"),
                        flag(request, "quarantined"));
        List<Build> found = builds.page(caller, query, cursor, page.limit() + 1);
        Map<String, List<String>> same = builds.sameVersion(caller, found);
        Map<String, Sbom> known = sboms.of(found);
        return Page.response(
                found,
                page,
                build ->
                        BuildView.of(
                                caller,
                                build,
                                same.getOrDefault(build.id(), List.of()),
                                known.get(build.id())),
                Build::id);
    }

    private static @Nullable String text(Request request, String name) {
        String value = request.query(name);
        if (value == null || value.isBlank()) {
            return null;
        }
        // PostgreSQL does not accept NUL, not even in a search.
        if (value.length() > QUERY || value.indexOf(0) >= 0) {
            throw Problem.field(name, "最多 " + QUERY + " 个字符", "at most " + QUERY + " characters");
        }
        return value.strip();
    }

    private static @Nullable Boolean flag(Request request, String name) {
        String value = text(request, name);
        if (value == null) {
            return null;
        }
        return switch (value) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw Problem.field(name, "应为 true 或 false", "must be true or false");
        };
    }

    private Response get(Request request) {
        Caller caller = accounts.authenticate(request);
        return shown(caller, builds.require(caller, id(request)));
    }

    private Response edit(Request request) {
        Caller caller = accounts.authenticate(request);
        BuildChanges changes = BuildFields.of(request.fields());
        return shown(caller, builds.edit(caller, id(request), changes));
    }

    private Response delete(Request request) {
        Caller caller = accounts.authenticate(request);
        builds.delete(caller, id(request));
        return Response.ok(null);
    }

    // Redirects to where all files are served, so that ranges and ETags work here as well.
    private Response file(Request request) {
        Caller caller = accounts.authenticate(request);
        Build build = builds.require(caller, id(request));
        if (!Builds.owns(caller, build)) {
            throw new Problem(403, "只能下载自己的固件", "You can only download your own builds");
        }
        return Response.redirect(downloads.forPerson(build));
    }

    private Response putSbom(Request request) {
        Caller caller = accounts.authenticate(request);
        return shown(caller, sboms.put(caller, id(request), request.body()));
    }

    private Response sbom(Request request) {
        Caller caller = accounts.authenticate(request);
        String id = id(request);
        byte[] document = sboms.content(caller, id).getBytes(StandardCharsets.UTF_8);
        String name = "attachment; filename=\"sbom-" + id + ".cdx.json\"";
        return new Response(
                200,
                "application/vnd.cyclonedx+json",
                document,
                Map.of("Content-Disposition", name),
                null);
    }

    private Response deleteSbom(Request request) {
        Caller caller = accounts.authenticate(request);
        return shown(caller, sboms.delete(caller, id(request)));
    }

    private Response quarantine(Request request) {
        Caller caller = accounts.authenticate(request);
        String reason = request.fields().required("reason", Build.Quarantine.MAX_REASON);
        return shown(caller, builds.quarantine(caller, id(request), reason));
    }

    private Response clear(Request request) {
        Caller caller = accounts.authenticate(request);
        return shown(caller, builds.clear(caller, id(request)));
    }

    private Response channels(Request request) {
        Caller caller = accounts.authenticate(request);
        return Response.ok(builds.channels(caller));
    }

    private Response check(Request request) {
        var _ = accounts.administrator(request);
        try {
            return Response.ok(check.run());
        } catch (IOException e) {
            throw Builds.unavailable(e);
        }
    }

    private static String id(Request request) {
        String id = request.path("id");
        if (!ID.matcher(id).matches()) {
            throw Problem.notFound("固件不存在", "No such build");
        }
        return id;
    }

    private Response shown(Caller caller, Build build) {
        return Response.ok(view(caller, build));
    }

    private BuildView view(Caller caller, Build build) {
        List<String> same =
                builds.sameVersion(caller, List.of(build)).getOrDefault(build.id(), List.of());
        Sbom sbom = sboms.of(List.of(build)).get(build.id());
        return BuildView.of(caller, build, same, sbom);
    }
}
