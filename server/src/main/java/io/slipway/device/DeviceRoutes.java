package io.slipway.device;

import io.slipway.account.Accounts;
import io.slipway.account.Audit;
import io.slipway.account.Caller;
import io.slipway.base.Zones;
import io.slipway.cluster.Presence;
import io.slipway.http.Fields;
import io.slipway.http.Problem;
import io.slipway.http.Request;
import io.slipway.http.Response;
import io.slipway.http.RouteScope;
import io.slipway.http.console.Page;
import io.slipway.http.edge.Edge;
import io.slipway.lists.MacSpelling;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import java.text.Normalizer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The device list and one device (console-api row 14). */
final class DeviceRoutes {

    private static final int MAX_SEARCH = 64;

    private final Accounts accounts;
    private final Devices devices;
    private final Presence presence;
    private final Audit audit;
    private final Database database;
    private final SortedList sorted;
    private final InstantSource clock;

    DeviceRoutes(
            Accounts accounts,
            Devices devices,
            Presence presence,
            Audit audit,
            Database database,
            InstantSource clock) {
        this.accounts = accounts;
        this.devices = devices;
        this.presence = presence;
        this.audit = audit;
        this.database = database;
        this.sorted = new SortedList(database);
        this.clock = clock;
    }

    /** The time of a check-in. */
    private record CheckInView(Instant at) {}

    void install(Edge edge) {
        edge.route(RouteScope.READ, "GET", "/v1/devices", this::list);
        edge.route(RouteScope.READ, "GET", "/v1/devices/{mac}", this::get);
        edge.route(RouteScope.READ, "GET", "/v1/devices/{mac}/check-ins", this::checkIns);
        edge.route(RouteScope.DEVICES, "PUT", "/xiaozhi/device/update/{id}", this::update);
        edge.views(DeviceView.class, DeviceDetailView.class, CheckInView.class);
    }

    private Response list(Request request) {
        Caller caller = accounts.authenticate(request);
        Page page = Page.of(request);
        String text = request.query("q");
        boolean chinese = request.chinese();
        if (text == null || text.isBlank()) {
            return listed(request, caller, page);
        }
        if (text.length() > MAX_SEARCH) {
            throw Problem.field("q", "最多 64 个字符", "at most 64 characters");
        }
        return search(caller, text.strip(), field(request.query("by")), page, chinese);
    }

    private Response listed(Request request, Caller caller, Page page) {
        DeviceFilter to = narrowed(request);
        DeviceOrder order = DeviceOrder.of(request.query("sort"));
        String account = caller.accountId();
        int limit = page.limit() + 1;
        List<Device> found;
        if (order != null) {
            String desc = request.query("desc");
            boolean down = "1".equals(desc) || "true".equals(desc);
            found =
                    sorted.page(
                            new SortedList.ListRequest(
                                    account,
                                    to.field(),
                                    to.value(),
                                    order,
                                    down,
                                    page.cursor(),
                                    limit));
        } else {
            found = devices.page(to.query(account, page.cursor(), limit));
        }
        OnlineDevices online = OnlineDevices.of(presence, found);
        boolean chinese = request.chinese();
        long now = clock.millis();
        return Page.response(
                found,
                page,
                d -> DeviceView.of(d, online, now, chinese),
                d -> order == null ? Devices.cursor(d) : SortedList.cursor(order, d));
    }

    /**
     * A filter for an account's devices, by agent, tag or channel; all devices if no field is set.
     */
    private record DeviceFilter(@Nullable String field, String value) {

        DeviceQuery query(String account, @Nullable String cursor, int limit) {
            return switch (field) {
                case null -> DeviceQuery.all(account, null, cursor, limit);
                case "agent" -> DeviceQuery.all(account, value, cursor, limit);
                case "tag" -> DeviceQuery.tagged(account, value, cursor, limit);
                default -> DeviceQuery.inChannel(account, value, cursor, limit);
            };
        }
    }

    // Only one of them: each has an index, but a combination would need a scan over all devices.
    private static DeviceFilter narrowed(Request request) {
        String agent = request.query("agentId");
        String tag = given(request, "tag");
        String channel = given(request, "channel");
        if ((agent == null ? 0 : 1) + (tag == null ? 0 : 1) + (channel == null ? 0 : 1) > 1) {
            throw Problem.field(
                    tag == null ? "channel" : "tag",
                    "agentId、tag、channel 只能用其一",
                    "at most one of agentId, tag and channel may be given");
        }
        if (agent != null) {
            return new DeviceFilter("agent", agent);
        }
        if (tag != null) {
            return new DeviceFilter("tag", tag);
        }
        return channel == null ? new DeviceFilter(null, "") : new DeviceFilter("channel", channel);
    }

    private static @Nullable String given(Request request, String name) {
        String text = request.query(name);
        // PostgreSQL can't compare with NUL.
        text = text == null ? null : text.replace("\0", "");
        if (text == null || text.isBlank()) {
            return null;
        }
        if (text.length() > MAX_SEARCH) {
            throw Problem.field(name, "最多 64 个字符", "at most 64 characters");
        }
        return Normalizer.normalize(text.strip(), Normalizer.Form.NFC);
    }

    private static DeviceQuery.@Nullable SearchField field(@Nullable String by) {
        return switch (by) {
            case null -> null;
            case "" -> null;
            case "mac" -> DeviceQuery.SearchField.MAC;
            case "alias" -> DeviceQuery.SearchField.ALIAS;
            case "board" -> DeviceQuery.SearchField.BOARD;
            case "version" -> DeviceQuery.SearchField.VERSION;
            default ->
                    throw Problem.field(
                            "by",
                            "应为 mac、alias、board 或 version",
                            "must be mac, alias, board or version");
        };
    }

    // Without a field, all four are searched one after the other, each by its own index.
    private Response search(
            Caller caller,
            String text,
            DeviceQuery.@Nullable SearchField only,
            Page page,
            boolean chinese) {
        var fields = only == null ? List.of(DeviceQuery.SearchField.values()) : List.of(only);
        String cursor = page.cursor();
        int at = 0;
        if (cursor != null) {
            String name = cursor.substring(0, Math.max(0, cursor.indexOf('.')));
            at = fields.stream().map(Enum::name).toList().indexOf(name);
            if (at < 0) {
                throw new Problem(400, "游标无效", "Bad cursor");
            }
            cursor = cursor.substring(cursor.indexOf('.') + 1);
        }
        var shown = new ArrayList<Device>();
        for (; at < fields.size(); at++, cursor = null) {
            DeviceQuery.SearchField field = fields.get(at);
            int room = page.limit() - shown.size();
            var query = DeviceQuery.by(field, caller.accountId(), text, cursor, room + 1);
            List<Device> found = devices.page(query);
            var earlier = fields.subList(0, at);
            List<Device> taken = found.subList(0, Math.min(room, found.size()));
            taken.stream().filter(d -> !matches(d, earlier, text)).forEach(shown::add);
            if (found.size() > room) {
                // The page is full, except for devices that an earlier field has already returned.
                String next =
                        taken.isEmpty()
                                ? start(field, text, cursor)
                                : field.name() + "." + DeviceQuery.cursor(field, taken.getLast());
                return answer(shown, next, chinese);
            }
        }
        return answer(shown, null, chinese);
    }

    private static String start(
            DeviceQuery.SearchField field, String text, @Nullable String cursor) {
        return field.name() + "." + (cursor == null ? DeviceQuery.before(field, text) : cursor);
    }

    private static boolean matches(
            Device device, List<DeviceQuery.SearchField> fields, String text) {
        String key = SearchKey.of(text);
        String hex = MacSpelling.prefix(text);
        return fields.stream()
                .anyMatch(field ->
                        switch (field) {
                            case MAC ->
                                    !hex.isEmpty()
                                            && device.mac()
                                                    .toString()
                                                    .replace(":", "")
                                                    .startsWith(hex);
                            case ALIAS -> SearchKey.of(device.choices().alias()).startsWith(key);
                            case BOARD -> SearchKey.of(device.report().board()).startsWith(key);
                            case VERSION -> device.report().version().startsWith(text);
                        });
    }

    private Response answer(List<Device> shown, @Nullable String next, boolean chinese) {
        OnlineDevices online = OnlineDevices.of(presence, shown);
        long now = clock.millis();
        return Response.page(
                shown.stream().map(d -> DeviceView.of(d, online, now, chinese)).toList(), next);
    }

    private Response get(Request request) {
        Caller caller = accounts.authenticate(request);
        DeviceRef ref = DeviceRef.parse("mac", request.path("mac"));
        Device device =
                database.read(Plane.CONSOLE, tx -> devices.require(tx, caller.accountId(), ref));
        OnlineDevices online = OnlineDevices.of(presence, List.of(device));
        return Response.ok(
                DeviceDetailView.of(device, online, clock.millis(), request.chinese(), null));
    }

    private Response checkIns(Request request) {
        Caller caller = accounts.authenticate(request);
        DeviceRef ref = DeviceRef.parse("mac", request.path("mac"));
        Device device =
                database.read(Plane.CONSOLE, tx -> devices.require(tx, caller.accountId(), ref));
        return Response.ok(
                device.checkIns(clock.millis()).stream()
                        .map(at -> new CheckInView(Instant.ofEpochMilli(at)))
                        .toList());
    }

    private Response update(Request request) {
        Caller caller = accounts.authenticate(request);
        DeviceRef ref = DeviceRef.parse("id", request.path("id"));
        Fields fields = request.fields();
        String alias = fields.optional("alias", Device.MAX_ALIAS);
        Boolean autoUpdate = fields.flag("autoUpdate");
        Long sort = fields.number("sort", -1_000_000, 1_000_000);
        Boolean withoutToken = fields.flag("acceptWithoutToken");
        String zone = Zones.field(fields, "timeZone");
        String channel = Labels.channel(fields);
        List<String> tags = Labels.tags(fields, "tags");
        Device changed =
                database.write(
                        Plane.CONSOLE,
                        tx -> {
                            Device before = devices.lock(tx, caller.accountId(), ref);
                            if (Boolean.TRUE.equals(withoutToken) && before.owner().weak()) {
                                throw guessable();
                            }
                            Device after =
                                    before.with(alias, autoUpdate, sort, zone)
                                            .withoutToken(withoutToken)
                                            .with(before.choices().labels().with(channel, tags));
                            devices.update(tx, before, after, caller.accountId());
                            audit.record(
                                    tx,
                                    caller,
                                    "device.update",
                                    before.mac().toString(),
                                    after.settings());
                            return devices.require(tx, caller.accountId(), ref);
                        });
        OnlineDevices online = OnlineDevices.of(presence, List.of(changed));
        return Response.ok(DeviceView.of(changed, online, clock.millis(), request.chinese()));
    }

    // Without a token, only the Client-Id distinguishes it from a stranger.
    private static Problem guessable() {
        return Problem.field(
                "acceptWithoutToken",
                "这台设备的 Client-Id 容易猜到，不能免令牌",
                "not possible for this device: its Client-Id is easy to guess, so a token is"
                        + " required");
    }
}
