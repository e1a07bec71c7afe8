package io.slipway.device;

import io.slipway.account.Audit;
import io.slipway.account.Caller;
import io.slipway.http.Problem;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import io.slipway.sql.StoreException;
import io.slipway.sql.Tx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An account's tags and channels, for many devices at once. Thread-safe; calls block. */
public final class Tags {

    /** The maximum number of devices per change. */
    static final int MAX_DEVICES = 1_000;

    /** A device takes about ten statements, and others' writes wait for a whole chunk. */
    private static final int CHUNK = 100;

    /** A tag and how many devices have it. */
    record TagCount(String tag, long devices) {}

    /**
     * @param channel null leaves it, {@code ""} removes it
     */
    record LabelChange(List<String> add, List<String> remove, @Nullable String channel) {

        String summary() {
            String text = "add=" + add + " remove=" + remove;
            return channel == null ? text : text + " channel=" + channel;
        }
    }

    /** Why a device was not changed. */
    enum TagFailure {
        NOT_A_MAC("不是 MAC 地址", "Not a MAC address"),
        MANY(
                "这个 MAC 不属于单一设备，请改用设备 id",
                "This MAC does not identify a single device: use the device id"),
        NOT_FOUND("设备不存在", "No such device"),
        TOO_MANY_TAGS(
                "每台设备最多 " + Labels.MAX_TAGS + " 个标签",
                "At most " + Labels.MAX_TAGS + " tags per device"),
        BUSY("数据库繁忙，请重试", "The database is busy: try again");

        private final String zh;
        private final String en;

        TagFailure(String zh, String en) {
            this.zh = zh;
            this.en = en;
        }

        String in(boolean chinese) {
            return chinese ? zh : en;
        }
    }

    /**
     * @param value the MAC as submitted
     */
    record FailedDevice(String value, TagFailure failure) {}

    /**
     * @param unchanged devices that already had these labels
     */
    record TagResult(int changed, int unchanged, List<FailedDevice> failed) {}

    private final Database database;
    private final Devices devices;
    private final Audit audit;

    public Tags(Database database, Devices devices, Audit audit) {
        this.database = database;
        this.devices = devices;
        this.audit = audit;
    }

    /** An account's tags in order after the given one. */
    List<TagCount> page(Caller caller, String after, int limit) {
        return database.read(
                Plane.CONSOLE, tx -> TagStore.counts(tx, caller.accountId(), after, limit));
    }

    /** Changes devices; failures are itemised, the rest succeeds. */
    TagResult change(Caller caller, List<String> macs, LabelChange change) {
        var failed = new ArrayList<FailedDevice>();
        // Ordered by MAC, to avoid deadlocks between two changes.
        var wanted = new TreeMap<DeviceRef, String>();
        for (String text : macs) {
            Optional<DeviceRef> ref = DeviceRef.find(text);
            if (ref.isPresent()) {
                wanted.putIfAbsent(ref.get(), text);
            } else {
                failed.add(new FailedDevice(text, TagFailure.NOT_A_MAC));
            }
        }
        List<Map.Entry<DeviceRef, String>> all = List.copyOf(wanted.entrySet());
        int changed = 0;
        int unchanged = 0;
        for (int at = 0; at < all.size(); at += CHUNK) {
            var chunk = all.subList(at, Math.min(all.size(), at + CHUNK));
            TagResult part;
            try {
                part = database.write(Plane.CONSOLE, tx -> chunk(tx, caller, chunk, change));
            } catch (StoreException e) {
                if (at == 0) {
                    throw e;
                }
                // What is committed stays, so the rest is listed as failed instead of failing the
                // whole request.
                all.subList(at, all.size()).stream()
                        .map(left -> new FailedDevice(left.getValue(), TagFailure.BUSY))
                        .forEach(failed::add);
                break;
            }
            changed += part.changed();
            unchanged += part.unchanged();
            failed.addAll(part.failed());
        }
        return new TagResult(changed, unchanged, failed);
    }

    private TagResult chunk(
            Tx tx, Caller caller, List<Map.Entry<DeviceRef, String>> chunk, LabelChange change) {
        var failed = new ArrayList<FailedDevice>();
        int changed = 0;
        int unchanged = 0;
        for (var each : chunk) {
            String typed = each.getValue();
            Device before;
            try {
                before = devices.lock(tx, caller.accountId(), each.getKey());
            } catch (Problem e) {
                boolean many = e.code() == 409;
                failed.add(new FailedDevice(typed, many ? TagFailure.MANY : TagFailure.NOT_FOUND));
                continue;
            }
            List<String> tags = before.choices().labels().tags(change.add(), change.remove());
            if (tags.size() > Labels.MAX_TAGS) {
                failed.add(new FailedDevice(typed, TagFailure.TOO_MANY_TAGS));
                continue;
            }
            Device after = before.with(before.choices().labels().with(change.channel(), tags));
            if (after.choices().labels().equals(before.choices().labels())) {
                unchanged++;
            } else {
                devices.update(tx, before, after, caller.accountId());
                audit.record(tx, caller, "device.tags", before.mac().toString(), change.summary());
                changed++;
            }
        }
        return new TagResult(changed, unchanged, failed);
    }
}
