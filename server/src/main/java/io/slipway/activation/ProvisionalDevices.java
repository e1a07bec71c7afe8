package io.slipway.activation;

import io.slipway.account.Audit;
import io.slipway.account.Caller;
import io.slipway.cluster.ClusterClock;
import io.slipway.device.Device;
import io.slipway.device.DeviceRef;
import io.slipway.device.Devices;
import io.slipway.device.NewDevice;
import io.slipway.http.Problem;
import io.slipway.http.schema.Described;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import io.slipway.sql.Tx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;

/**
 * Unproven bindings, and what their owners decide about them (decisions D1, D3): which of several
 * pairs is theirs, which devices they expect anew, which imports are undone. Thread-safe; calls
 * block.
 */
final class ProvisionalDevices {

    /** The maximum number of other pairs shown to an owner. */
    static final int MOST_OTHERS = 20;

    /** The maximum number of devices per call that are expected anew. */
    static final int MOST_EXPECTED = 1_000;

    private static final Duration EXPECTED = Duration.ofDays(3);
    private static final Duration SEEN_WITHIN = Duration.ofDays(30);
    private static final Duration BARRED = Duration.ofDays(7);

    /**
     * Devices per transaction: each takes about ten statements, and others' writes wait for them.
     */
    private static final int CHUNK = 100;

    private final Database database;
    private final ClusterClock clock;
    private final Devices devices;
    private final Codes codes;
    private final Preregistrations preregistrations;
    private final Audit audit;

    ProvisionalDevices(
            Database database,
            ClusterClock clock,
            Devices devices,
            Codes codes,
            Preregistrations preregistrations,
            Audit audit) {
        this.database = database;
        this.clock = clock;
        this.devices = devices;
        this.codes = codes;
        this.preregistrations = preregistrations;
        this.audit = audit;
    }

    /** Pairs that report the MAC or serial number of an unproven device. */
    List<Activation> others(Caller caller, DeviceRef ref) {
        return database.read(
                Plane.CONSOLE,
                tx -> {
                    Device device = devices.require(tx, caller.accountId(), ref);
                    return device.proven() ? List.of() : others(tx, device);
                });
    }

    private List<Activation> others(Tx tx, Device device) {
        long announced = device.provisional().announced();
        String serial =
                announced == 0 ? "" : PreregistrationStore.serialOf(tx, announced).orElse("");
        long since = Activation.silentSince(clock.silenceMillis());
        return ActivationStore.others(tx, device.mac(), serial, since, MOST_OTHERS);
    }

    /** The owner declares that a waiting pair is the device, and the bound one is not. */
    void take(Caller caller, DeviceRef ref, long activationId) {
        devices.change(
                Plane.CONSOLE,
                (tx, unboundPairs) -> {
                    Device device = devices.lock(tx, caller.accountId(), ref);
                    requireProvisional(device);
                    Activation other =
                            others(tx, device).stream()
                                    .filter(found -> found.id() == activationId)
                                    .filter(found -> found.pair().mac().equals(device.mac()))
                                    .findFirst()
                                    .orElseThrow(ProvisionalDevices::waitsNoMore);
                    var wanted = new NewDevice(caller.accountId(), null, other.report());
                    devices.move(tx, unboundPairs, device, other.pair(), wanted);
                    codes.end(tx, activationId);
                    String mac = device.mac().toString();
                    audit.record(tx, caller, "device.take", mac, "id " + device.id());
                    return true;
                });
    }

    private static Problem waitsNoMore() {
        return new Problem(
                409,
                "这台设备已不再等待，或 MAC 不同：请刷新后再选，或输入它的激活码",
                "This device is no longer waiting, or has another MAC: refresh before you choose,"
                        + " or enter its code");
    }

    /** The owner declares that the bound pair is the device. */
    void prove(Caller caller, DeviceRef ref) {
        database.run(
                Plane.CONSOLE,
                tx -> {
                    Device device = devices.lock(tx, caller.accountId(), ref);
                    requireProvisional(device);
                    devices.prove(tx, device);
                    String mac = device.mac().toString();
                    audit.record(tx, caller, "device.prove", mac, "id " + device.id());
                });
    }

    private static void requireProvisional(Device device) {
        if (device.proven()) {
            throw new Problem(
                    409,
                    "该设备的绑定已证实；如果它已重新刷机，请输入它的新激活码",
                    "The binding of this device is already proven; if it was flashed again, enter"
                            + " its new code");
        }
    }

    /**
     * @param expected devices that are now in the requested state
     * @param failed what names no device of the caller's
     */
    record ExpectResult(int expected, List<String> failed) {}

    /**
     * Lets devices be taken over automatically when they come as other pairs, or ends that.
     *
     * @param refs at most {@link #MOST_EXPECTED}
     */
    ExpectResult expect(Caller caller, List<String> refs, boolean expecting) {
        preregistrations.requireTrust(caller);
        long until = expecting ? clock.millis() + EXPECTED.toMillis() : 0;
        if (expecting) {
            // Before the devices: none can be taken over from a network that is not stored yet.
            devices.expectFrom(caller.accountId(), SEEN_WITHIN, until);
        }
        var failed = new ArrayList<String>();
        int done = 0;
        for (int at = 0; at < refs.size(); at += CHUNK) {
            var chunk = refs.subList(at, Math.min(refs.size(), at + CHUNK));
            var missing = database.write(Plane.CONSOLE, tx -> expect(tx, caller, chunk, until));
            failed.addAll(missing);
            done += chunk.size() - missing.size();
        }
        return new ExpectResult(done, failed);
    }

    private List<String> expect(Tx tx, Caller caller, List<String> refs, long until) {
        var missing = new ArrayList<String>();
        for (String text : refs) {
            try {
                var ref = DeviceRef.parse("macs", text);
                Device device = devices.require(tx, caller.accountId(), ref);
                devices.expect(tx, device, until);
                String detail = until == 0 ? "no more" : "for 72 h";
                audit.record(tx, caller, "device.expect", device.mac().toString(), detail);
            } catch (Problem e) {
                missing.add(text);
            }
        }
        return missing;
    }

    List<ImportStore.Import> imports(Caller caller, String before, int limit) {
        return database.read(
                Plane.CONSOLE, tx -> ImportStore.page(tx, caller.accountId(), before, limit));
    }

    /**
     * @param unbound devices that it had bound and that were never proven
     * @param removed announcements that were waiting
     * @param kept devices that were proven meanwhile, which stay bound
     */
    record UndoResult(
            int unbound, int removed, @Described("已证实，保留 · proven ones, which are kept") int kept) {

        UndoResult plus(UndoResult other) {
            return new UndoResult(
                    unbound + other.unbound, removed + other.removed, kept + other.kept);
        }
    }

    /** Undoes an import as far as its devices are unproven; another call finishes what was left. */
    UndoResult undo(Caller caller, String importId) {
        ImportStore.Import found =
                database.read(
                        Plane.CONSOLE,
                        tx ->
                                ImportStore.find(tx, caller.accountId(), importId)
                                        .orElseThrow(() ->
                                                Problem.notFound("没有这次导入", "No such import")));
        long after = 0;
        var sum = new UndoResult(0, 0, 0);
        List<PreregistrationStore.ImportedDevice> chunk;
        do {
            long from = after;
            List<PreregistrationStore.ImportedDevice> some =
                    database.read(
                            Plane.BACKGROUND,
                            tx -> PreregistrationStore.ofImport(tx, importId, from, CHUNK));
            sum =
                    sum.plus(
                            devices.change(
                                    Plane.BACKGROUND,
                                    (tx, unboundPairs) -> {
                                        // A check-in may be binding a device at this moment: wait
                                        // for the outcome.
                                        lock(tx, some);
                                        return undo(
                                                tx,
                                                unboundPairs,
                                                PreregistrationStore.ofImport(
                                                        tx, importId, from, CHUNK));
                                    }));
            after = some.isEmpty() ? after : some.getLast().id();
            chunk = some;
        } while (chunk.size() == CHUNK);
        UndoResult all = sum;
        database.run(
                Plane.CONSOLE,
                tx -> {
                    ImportStore.undone(tx, importId, clock.millis());
                    String detail = all.unbound() + " unbound, " + all.removed() + " removed";
                    audit.record(tx, caller, "import.undo", importId, detail);
                });
        preregistrations.changed(caller.accountId(), found.agentId());
        return all;
    }

    private void lock(Tx tx, List<PreregistrationStore.ImportedDevice> some) {
        devices.lockAll(
                tx,
                some.stream()
                        .map(PreregistrationStore.ImportedDevice::mac)
                        .filter(Objects::nonNull));
    }

    private UndoResult undo(
            Tx tx,
            Devices.UnboundPairs unboundPairs,
            List<PreregistrationStore.ImportedDevice> some) {
        int removed = 0;
        var bound = new ArrayList<Device>();
        var announcedBy = new HashMap<Long, Long>();
        for (PreregistrationStore.ImportedDevice used : some) {
            if (used.deviceId() == 0) {
                removed += PreregistrationStore.removeWaiting(tx, used.id());
            } else {
                devices.byId(tx, used.deviceId()).ifPresent(bound::add);
                announcedBy.put(used.deviceId(), used.id());
            }
        }
        int unbound = 0;
        int kept = 0;
        for (Device device : devices.lock(tx, bound)) {
            if (!Long.valueOf(device.provisional().announced())
                    .equals(announcedBy.get(device.id()))) {
                continue;
            }
            if (device.proven()) {
                kept++;
            } else {
                devices.unbind(tx, unboundPairs, device);
                unbound++;
            }
        }
        return new UndoResult(unbound, removed, kept);
    }

    /**
     * Undoes all unproven bindings that came from a network: their announcements wait again, but
     * that network can't use them for seven days.
     */
    int undoFrom(Caller caller, String network) {
        int unbound = 0;
        long after = 0;
        List<Device> chunk;
        do {
            long from = after;
            List<Device> some =
                    database.read(
                            Plane.BACKGROUND,
                            tx ->
                                    devices.provisional(
                                            tx, caller.accountId(), network, from, CHUNK));
            unbound +=
                    devices.change(
                            Plane.BACKGROUND,
                            (tx, unboundPairs) -> undoFrom(tx, unboundPairs, some, network));
            after = some.isEmpty() ? after : some.getLast().id();
            chunk = some;
        } while (chunk.size() == CHUNK);
        int all = unbound;
        database.run(
                Plane.CONSOLE,
                tx -> audit.record(tx, caller, "device.undo", network, all + " unbound"));
        return unbound;
    }

    private int undoFrom(
            Tx tx, Devices.UnboundPairs unboundPairs, List<Device> some, String network) {
        int unbound = 0;
        for (Device device : devices.lock(tx, some)) {
            if (!device.proven() && device.provisional().from().equals(network)) {
                bar(tx, unboundPairs, device, network);
                unbound++;
            }
        }
        return unbound;
    }

    private void bar(Tx tx, Devices.UnboundPairs unboundPairs, Device device, String network) {
        devices.unbind(tx, unboundPairs, device);
        long announced = device.provisional().announced();
        if (announced != 0) {
            long until = clock.millis() + BARRED.toMillis();
            PreregistrationStore.revive(tx, announced, network, until);
        }
    }
}
