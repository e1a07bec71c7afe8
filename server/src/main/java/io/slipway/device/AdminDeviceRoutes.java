package io.slipway.device;

import io.slipway.account.Access;
import io.slipway.account.Account;
import io.slipway.account.Caller;
import io.slipway.cluster.Presence;
import io.slipway.http.Problem;
import io.slipway.http.Request;
import io.slipway.http.Response;
import io.slipway.http.RouteScope;
import io.slipway.http.console.Page;
import io.slipway.http.edge.Edge;
import io.slipway.lists.MacSpelling;
import io.slipway.protocol.Mac;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import io.slipway.sql.Tx;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Devices of all accounts, for administrators: found by MAC, account or id, and viewed. Every call
 * is in the audit log (decisions D1).
 */
final class AdminDeviceRoutes {

    private static final int MAX_SEARCH = 64;

    private final Access access;
    private final Devices devices;
    private final Presence presence;
    private final Database database;
    private final InstantSource clock;

    AdminDeviceRoutes(
            Access access,
            Devices devices,
            Presence presence,
            Database database,
            InstantSource clock) {
        this.access = access;
        this.devices = devices;
        this.presence = presence;
        this.database = database;
        this.clock = clock;
    }

    void install(Edge edge) {
        edge.route(RouteScope.READ, "GET", "/v1/admin/devices", this::find);
        edge.route(RouteScope.READ, "GET", "/v1/admin/devices/{id}", this::get);
    }

    private Response find(Request request) {
        Caller caller = access.accounts().administrator(request);
        String q = request.query("q");
        if (q == null || q.isBlank() || q.length() > MAX_SEARCH) {
            throw Problem.field(
                    "q",
                    "请填写 MAC 地址、设备 id 或用户名",
                    "must be a MAC address, a device id or a username");
        }
        Page page = Page.of(request);
        boolean chinese = request.chinese();
        record FoundDevices(List<Device> devices, Map<String, String> usernames) {}
        FoundDevices found =
                database.write(
                        Plane.CONSOLE,
                        tx -> {
                            access.audit().record(tx, caller, "device.find", q.strip(), "");
                            List<Device> some = found(tx, q.strip(), page);
                            return new FoundDevices(some, usernames(tx, some));
                        });
        OnlineDevices online = OnlineDevices.of(presence, found.devices());
        return Page.response(
                found.devices(),
                page,
                device -> view(device, found.usernames(), online, chinese),
                Devices::cursor);
    }

    private List<Device> found(Tx tx, String q, Page page) {
        String cursor = page.cursor();
        int limit = page.limit() + 1;
        Optional<Mac> mac = MacSpelling.parse(q);
        if (mac.isPresent()) {
            return devices.anybodys(tx, mac.get(), cursor, limit);
        }
        Optional<Account> account = access.accounts().named(tx, q);
        if (account.isPresent()) {
            return devices.ofAccount(tx, account.get().id(), cursor, limit);
        }
        return DeviceRef.id(q).flatMap(ref -> devices.byId(tx, ref.id())).stream().toList();
    }

    private Map<String, String> usernames(Tx tx, List<Device> some) {
        var names = new HashMap<String, String>();
        for (Device device : some) {
            names.computeIfAbsent(
                    device.owner().accountId(),
                    id -> access.accounts().find(tx, id).map(Account::username).orElse(""));
        }
        return names;
    }

    private Response get(Request request) {
        Caller caller = access.accounts().administrator(request);
        DeviceRef ref = DeviceRef.parse("id", request.path("id"));
        record FoundDevice(Device device, Map<String, String> usernames) {}
        FoundDevice found =
                database.write(
                        Plane.CONSOLE,
                        tx -> {
                            Device device = devices.requireAnybodys(tx, ref);
                            access.audit()
                                    .record(
                                            tx,
                                            caller,
                                            "device.look",
                                            device.mac().toString(),
                                            "id " + device.id());
                            return new FoundDevice(device, usernames(tx, List.of(device)));
                        });
        OnlineDevices online = OnlineDevices.of(presence, List.of(found.device()));
        String username = found.usernames().get(found.device().owner().accountId());
        return Response.ok(
                DeviceDetailView.of(
                        found.device(), online, clock.millis(), request.chinese(), username));
    }

    private DeviceView view(
            Device device, Map<String, String> usernames, OnlineDevices online, boolean chinese) {
        return new DeviceView(
                ListedDevice.of(device, online, clock.millis(), chinese),
                usernames.get(device.owner().accountId()));
    }
}
