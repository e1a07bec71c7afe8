package io.slipway.device;

import io.slipway.cluster.Presence.LiveSession;
import io.slipway.http.schema.Described;
import io.slipway.http.schema.Inlined;
import io.slipway.http.schema.Moment;
import io.slipway.http.schema.Shape;
import io.slipway.protocol.Mac;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A device in a list; also the first part of a single device. */
record ListedDevice(
        @Inlined DeviceNames names,
        @Inlined LastContact contact,
        @Inlined DeviceUse use,
        @Inlined DeviceKeeping keeping,
        @Inlined DeviceProof proof,
        List<AttentionView> attention) {

    /** Ids and names. Clients of console-api row 11 use its MAC as its id. */
    record DeviceNames(
            Mac id,
            @Described("在所有账号里唯一；MAC 则不是 · unique across all accounts, unlike the MAC")
                    @Shape(pattern = Shape.DEVICE_ID)
                    String deviceId,
            @Shape(pattern = Shape.ID) String userId,
            Mac macAddress) {}

    /** When it was last seen. */
    record LastContact(
            @Described("最近一次出现，可能差几秒 · last seen; may be a few seconds behind")
                    @Nullable Instant lastConnectedAt,
            @Described(
                            "有会话在进行；暂时不知道时为 null · whether it has a live session; null if"
                                    + " temporarily unknown")
                    @Nullable Boolean online,
            @Nullable DeviceSessionView session) {}

    /** Its hardware and firmware, and its settings. */
    record DeviceUse(
            @Described("0 或 1 · 0 or 1") @Shape(minimum = 0, maximum = 1) int autoUpdate,
            String board,
            String alias,
            @Nullable String agentId,
            String appVersion,
            long sort,
            @Described(
                            "设备显示的时区（IANA 名）；空为随账号 · time zone that the device displays (IANA"
                                    + " name); empty: the account's")
                    @Shape(maxLength = 64)
                    String timeZone) {}

    /** Labels and history of its binding. */
    record DeviceKeeping(
            String channel,
            List<String> tags,
            String updater,
            @Nullable Instant updateDate,
            String creator,
            @Described("绑定的时间 · when it was bound") @Nullable Instant createDate,
            String chip) {}

    /** Whether its binding is proven. */
    record DeviceProof(
            @Described(
                            "由激活码或 HMAC 证实，而不只是 MAC 或序列号 · whether it is proven by a code or an"
                                    + " HMAC, not only by its MAC or serial number")
                    boolean proven,
            @Described("Client-Id 容易猜到 · whether its Client-Id is easy to guess")
                    boolean weakIdentity,
            @Described(
                            "未证实，且另一台设备用同一个 MAC 或序列号 · whether it is not proven, and another"
                                    + " device uses the same MAC or serial number")
                    boolean contested,
            @Described(
                            "未证实的绑定来自哪个网络；已证实则为 null · network that an unproven binding came"
                                    + " from; null if proven")
                    @Nullable String boundFrom,
            @Described(
                            "在此之前，同 MAC 的新身份可自动接替 · until then, a new identity with the same MAC"
                                    + " may take over automatically")
                    @Nullable Instant expectedUntil,
            @Described(
                            "1：不是本服务器签发的令牌也可以对话，仍需正确的 Client-Id · 1: it may also talk with a"
                                    + " token that this server did not issue; the correct"
                                    + " Client-Id is still required")
                    @Shape(minimum = 0, maximum = 1)
                    int acceptWithoutToken,
            @Described("由控制台生成身份的程序 · whether it is a program whose identity the console created")
                    boolean program) {}

    /** Its live session. */
    record DeviceSessionView(
            String id,
            Instant since,
            String address,
            @Described("固件版本 · firmware version") String version,
            @Shape(values = {"echo", "relay"}) String backend,
            String agentId) {

        static DeviceSessionView of(LiveSession session) {
            return new DeviceSessionView(
                    session.sessionId(),
                    Instant.ofEpochMilli(session.since()),
                    session.details().address(),
                    session.details().version(),
                    session.details().backend(),
                    session.details().agentId());
        }
    }

    static ListedDevice of(Device device, OnlineDevices online, long now, boolean chinese) {
        LiveSession session = online.session(device);
        boolean withoutToken = device.choices().entry().withoutToken() && !device.owner().weak();
        return new ListedDevice(
                new DeviceNames(
                        device.mac(),
                        Long.toString(device.id()),
                        device.owner().accountId(),
                        device.mac()),
                new LastContact(
                        Moment.orNull(Math.min(device.seen().seenAt(), now)),
                        online.is(device),
                        session == null ? null : DeviceSessionView.of(session)),
                new DeviceUse(
                        device.choices().autoUpdate() ? 1 : 0,
                        device.report().board(),
                        device.choices().alias(),
                        device.owner().agentId(),
                        device.report().version(),
                        device.choices().sort(),
                        device.choices().zone()),
                new DeviceKeeping(
                        device.choices().labels().channel(),
                        device.choices().labels().tags(),
                        device.choices().updater(),
                        Moment.orNull(device.choices().updatedAt()),
                        device.owner().accountId(),
                        Moment.orNull(device.owner().boundAt()),
                        device.report().chip()),
                new DeviceProof(
                        device.proven(),
                        device.owner().weak(),
                        device.contested(),
                        device.proven() ? null : device.provisional().from(),
                        Moment.orNull(device.owner().expectedUntil()),
                        withoutToken ? 1 : 0,
                        device.choices().entry().program()),
                AttentionView.of(device, chinese));
    }
}
