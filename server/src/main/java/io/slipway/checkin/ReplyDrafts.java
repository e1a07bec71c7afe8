package io.slipway.checkin;

import io.slipway.activation.Activations;
import io.slipway.base.Zones;
import io.slipway.cluster.ClusterClock;
import io.slipway.device.Pair;
import io.slipway.device.Pairs;
import io.slipway.keys.Hmac;
import io.slipway.protocol.ClientId;
import io.slipway.protocol.Mac;
import io.slipway.protocol.ota.CheckIn;
import io.slipway.protocol.ota.PreparedReply;
import io.slipway.protocol.ota.Reply;
import io.slipway.protocol.ota.ReplyDraft;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Base64;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Assembles a reply. Every string in it stays the same until keys or settings change. */
final class ReplyDrafts {

    /** Stored by devices and never used; the public server sends the same. */
    private static final int TIMEOUT_MS = 30_000;

    /** Roughly the number of addresses and versions in use at once. */
    private static final int PREPARED = 256;

    /** Placeholder in prepared replies for the time: some day in 2026, epoch ms. */
    private static final long SAMPLE_TIME = 1_785_000_000_000L;

    private final Supplier<CheckInConfig> current;
    private final Pairs pairs;
    private final ClusterClock clock;
    private volatile @Nullable MqttPasswords mqttPasswords;
    // Entries may overwrite each other; they are immutable, so a race only loses one of them.
    private final @Nullable Prepared[] prepared = new @Nullable Prepared[PREPARED];
    // By zone number, each as last computed.
    private final @Nullable Offset[] offsets = new @Nullable Offset[1 << Zones.BITS];

    /** A reply for all bound devices with this {@code base} and version. */
    private record Prepared(
            CheckInConfig config,
            String base,
            String version,
            int zone,
            int offsetMinutes,
            @Nullable PreparedReply reply) {}

    /** A time zone's offset in one minute since the epoch; it changes on whole minutes only. */
    private record Offset(long minute, int offsetMinutes) {}

    /** What makes the passwords by these settings. */
    private record MqttPasswords(CheckInConfig.Mqtt mqtt, Hmac hmac) {

        static MqttPasswords of(CheckInConfig.Mqtt mqtt) {
            byte[] key = mqtt.signatureKey().getBytes(StandardCharsets.UTF_8);
            return new MqttPasswords(mqtt, new Hmac(key));
        }
    }

    ReplyDrafts(Supplier<CheckInConfig> current, Pairs pairs, ClusterClock clock) {
        this.current = current;
        this.pairs = pairs;
        this.clock = clock;
    }

    /** The client, in the forms that the reply needs. */
    record CheckInClient(Mac mac, @Nullable ClientId clientId, Pair pair, CheckIn checkIn) {}

    /**
     * For a bound device, which gets no {@code activation} section at all.
     *
     * @param base {@code scheme://host[:port]} that the request was sent to, empty when unknown
     * @param zone that the device shows, see {@link Zones}
     * @param firmware the offer, or {@link #same}
     */
    ReplyDraft draft(
            String base,
            CheckInClient client,
            int zone,
            ReplyDraft.@Nullable FirmwareSection firmware) {
        return new ReplyDraft(
                serverTime(zone), firmware, transport(current.get(), client, base), null);
    }

    /**
     * The result of {@link #draft(String, CheckInClient, int, ReplyDraft.FirmwareSection)} for a
     * bound device without an offer, as for nearly every check-in; null if it has to be built from
     * scratch.
     */
    @Nullable Reply reply(String base, CheckInClient client, int zone) {
        CheckInConfig config = current.get();
        if (config.mqtt() != null || !clock.plausible()) {
            return null;
        }
        String version = client.checkIn().application().version();
        long now = clock.millis();
        int minutes = offsetMinutes(now, zone);
        int at = (31 * base.hashCode() + version.hashCode() + 37 * zone) & (PREPARED - 1);
        Prepared known = prepared[at];
        if (known == null
                || !known.config.equals(config)
                || known.offsetMinutes != minutes
                || known.zone != zone
                || !known.version.equals(version)
                || !known.base.equals(base)) {
            // With a fixed time: a cached reply must not depend on a clock that is not set yet.
            var time = new ReplyDraft.ServerTime(SAMPLE_TIME, minutes, id(zone).getId());
            PreparedReply made =
                    PreparedReply.of(
                            new ReplyDraft(
                                    time, same(client), transport(config, client, base), null));
            known = new Prepared(config, base, version, zone, minutes, made);
            prepared[at] = known;
        }
        PreparedReply reply = known.reply;
        return reply == null
                ? null
                : reply.with(now, pairs.token(client.pair(), client.clientId()));
    }

    ReplyDraft draft(String base, CheckInClient client, Activations.Unbound unbound) {
        return new ReplyDraft(
                serverTime(Zones.SERVERS),
                same(client),
                transport(current.get(), client, base),
                activation(unbound, base));
    }

    // The device's own version: firmware before 1.6.0 fails without this section.
    static ReplyDraft.@Nullable FirmwareSection same(CheckInClient client) {
        String version = client.checkIn().application().version();
        return version.isEmpty()
                ? null
                : new ReplyDraft.FirmwareSection(version, version, "", false);
    }

    // Devices must not be set by a clock that is not set: they keep their own time.
    private ReplyDraft.@Nullable ServerTime serverTime(int zone) {
        if (!clock.plausible()) {
            return null;
        }
        long now = clock.millis();
        return new ReplyDraft.ServerTime(now, offsetMinutes(now, zone), id(zone).getId());
    }

    private ZoneId id(int zone) {
        return Zones.of(zone, current.get().zone());
    }

    private int offsetMinutes(long now, int zone) {
        long minute = Math.floorDiv(now, 60_000L);
        Offset known = offsets[zone];
        if (known == null || known.minute != minute) {
            Instant instant = Instant.ofEpochMilli(now);
            int seconds = id(zone).getRules().getOffset(instant).getTotalSeconds();
            known = new Offset(minute, seconds / 60);
            offsets[zone] = known;
        }
        return known.offsetMinutes;
    }

    private ReplyDraft.@Nullable Transport transport(
            CheckInConfig config, CheckInClient client, String base) {
        CheckInConfig.Mqtt mqtt = config.mqtt();
        if (mqtt != null) {
            return mqtt(client, mqtt, passwords(mqtt));
        }
        String url = config.websocketUrl(base);
        if (url.isEmpty()) {
            return null;
        }
        String token = pairs.token(client.pair(), client.clientId());
        return new ReplyDraft.WebsocketSection(url, token, config.websocketVersion());
    }

    private Hmac passwords(CheckInConfig.Mqtt mqtt) {
        MqttPasswords known = mqttPasswords;
        if (known == null || !known.mqtt.equals(mqtt)) {
            known = MqttPasswords.of(mqtt);
            mqttPasswords = known;
        }
        return known.hmac;
    }

    // The form that xiaozhi-mqtt-gateway parses and checks.
    private ReplyDraft.MqttSection mqtt(
            CheckInClient client, CheckInConfig.Mqtt mqtt, Hmac passwords) {
        String uuid = pairs.derivedId(client.pair(), "mqtt").toString();
        String clientId = mqtt.group() + "@@@" + client.mac().underscored() + "@@@" + uuid;
        // Constant between check-ins: the device would write each change to flash.
        String user = "{\"mac\":\"" + client.mac() + "\"}";
        String username = base64(user.getBytes(StandardCharsets.UTF_8));
        byte[] signed = (clientId + "|" + username).getBytes(StandardCharsets.UTF_8);
        return new ReplyDraft.MqttSection(
                mqtt.endpoint(),
                clientId,
                username,
                base64(passwords.of(signed)),
                mqtt.keepalive(),
                mqtt.publishTopic(),
                mqtt.subscribeTopic().replace("{mac}", client.mac().underscored()));
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static ReplyDraft.ActivationSection activation(
            Activations.Unbound unbound, String base) {
        String console = base.isEmpty() ? "Slipway" : base;
        String code = unbound.code();
        String message = code == null ? console : console + "\n" + code;
        return new ReplyDraft.ActivationSection(code, message, unbound.challenge(), TIMEOUT_MS);
    }
}
