package io.slipway.checkin;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.TestClock;
import io.slipway.activation.Activations;
import io.slipway.base.Zones;
import io.slipway.cluster.ClusterClock;
import io.slipway.device.Pairs;
import io.slipway.keys.Keyring;
import io.slipway.keys.MasterKey;
import io.slipway.protocol.ClientId;
import io.slipway.protocol.Mac;
import io.slipway.protocol.ota.CheckIn;
import io.slipway.protocol.ota.CheckInReader;
import io.slipway.protocol.ota.Reply;
import io.slipway.simulator.board.DeviceProfile;
import io.slipway.simulator.board.Variant;
import io.slipway.simulator.strict.RuleBroken;
import io.slipway.simulator.strict.StrictAnswer;
import io.slipway.sql.Database;
import io.slipway.sql.TestEngine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever the settings, the stored values and the request contain, the device survives the reply.
 */
class ReplyDraftsPropertyTest {

    private static final int CASES = 20_000;

    private static final List<String> NASTY =
            List.of(
                    "",
                    "x",
                    "host",
                    "host:1883",
                    "mqtt://host",
                    "host:port",
                    "h:1:2",
                    "[::1]:80",
                    "ws://h/v1/ws/",
                    "wss://h:443/",
                    "ws://h:x/",
                    "ws://u:p@h/",
                    "ws://h/a:b",
                    "http://h",
                    "https://h:8443",
                    "2.4.2",
                    "v2.4.2",
                    "2.4.2-dirty",
                    "2..5",
                    "",
                    "99999999999",
                    "\"",
                    "\\",
                    "a b",
                    "\r\nX: y",
                    "\u0000",
                    "中文",
                    "😀",
                    "\ud800",
                    "null",
                    "123456",
                    "a".repeat(5_000),
                    "1.".repeat(300));

    @TempDir Path folder;

    @Test
    void noCombinationBreaksADevice() {
        long seed = Long.getLong("slipway.seed", System.nanoTime());
        var random = new Random(seed);
        var clock = new TestClock();
        try (Database database = TestEngine.SQLITE.open(folder)) {
            var pairs = new Pairs(new Keyring(database, MasterKey.inFolder(folder), clock));
            int offered = 0;
            int prepared = 0;
            for (int i = 0; i < CASES; i++) {
                Mac mac = new Mac(random.nextLong() >>> 16);
                ClientId clientId = ClientId.parse(nasty(random)).orElse(null);
                CheckIn checkIn = checkIn(random);
                var client =
                        new ReplyDrafts.CheckInClient(
                                mac, clientId, pairs.of(mac, clientId), checkIn);
                int zone = random.nextInt(2) * random.nextInt(500);
                var drafts =
                        new ReplyDrafts(settings(random), pairs, TestClock.shared(clock, database));
                var unbound =
                        random.nextBoolean()
                                ? null
                                : new Activations.Unbound(
                                        random.nextInt(3) == 0 ? null : nasty(random),
                                        nasty(random),
                                        "",
                                        "");
                String base = random.nextInt(4) == 0 ? "http://host:8080" : nasty(random);
                Reply reply =
                        Reply.checkIn(
                                unbound == null
                                        ? drafts.draft(base, client, zone, ReplyDrafts.same(client))
                                        : drafts.draft(base, client, unbound));
                prepared += unbound == null ? checkPrepared(drafts, base, client, zone, reply) : 0;
                var profile =
                        DeviceProfile.of(Variant.WIFI, seed, i)
                                .withVersion(checkIn.application().version());
                try {
                    var read = StrictAnswer.read(reply.body(), profile, clock.millis());
                    offered += read.websocket() == null && read.mqtt() == null ? 0 : 1;
                } catch (RuleBroken broken) {
                    // Leaving out a websocket or a code is the exit's purpose, and harmless.
                    assertThat(broken)
                            .as(
                                    "seed %d, case %d: %s",
                                    seed, i, new String(reply.body(), StandardCharsets.UTF_8))
                            .isNull();
                }
            }
            assertThat(prepared).as("prepared answers, seed %d", seed).isGreaterThan(CASES / 500);
            assertThat(offered).as("some answers are prepared").isGreaterThan(CASES / 50);
        }
    }

    /** A board without a battery starts in 1970 and learns the time later. */
    @Test
    void aClockThatIsSetLaterSpoilsNothing() {
        var clock = new TestClock();
        try (Database database = TestEngine.SQLITE.open(folder)) {
            var pairs = new Pairs(new Keyring(database, MasterKey.inFolder(folder), clock));
            var config = new CheckInConfig(false, ZoneId.of("UTC"), "", 1, null);
            var shared = new ClusterClock(clock.source(), database, Instant.EPOCH);
            var drafts = new ReplyDrafts(() -> config, pairs, shared);
            Mac mac = new Mac(1);
            byte[] body =
                    "{\"application\":{\"version\":\"2.4.2\"}}".getBytes(StandardCharsets.UTF_8);
            CheckIn checkIn = CheckInReader.read(body, null, null);
            var client = new ReplyDrafts.CheckInClient(mac, null, pairs.of(mac, null), checkIn);
            long now = clock.millis();
            clock.advance(Duration.ofMillis(-now + 1_000));
            assertThat(drafts.reply("http://host", client, Zones.SERVERS)).isNull();
            clock.advance(Duration.ofMillis(now - 1_000));
            assertThat(drafts.reply("http://host", client, Zones.SERVERS)).isNotNull();
        }
    }

    // The second reply is made from the first one's template.
    private static int checkPrepared(
            ReplyDrafts drafts,
            String base,
            ReplyDrafts.CheckInClient client,
            int zone,
            Reply wanted) {
        int prepared = 0;
        for (int i = 0; i < 2; i++) {
            Reply reply = drafts.reply(base, client, zone);
            if (reply != null) {
                prepared++;
                assertThat(reply.body()).isEqualTo(wanted.body());
                assertThat(reply.status()).isEqualTo(wanted.status());
                assertThat(wanted.leftOut()).isEmpty();
            }
        }
        return prepared / 2;
    }

    private static String nasty(Random random) {
        String one = NASTY.get(random.nextInt(NASTY.size()));
        return random.nextInt(4) == 0 ? one + NASTY.get(random.nextInt(NASTY.size())) : one;
    }

    private static Supplier<CheckInConfig> settings(Random random) {
        CheckInConfig config = config(random);
        return () -> config;
    }

    private static CheckInConfig config(Random random) {
        var mqtt =
                random.nextInt(3) > 0
                        ? null
                        : new CheckInConfig.Mqtt(
                                nasty(random),
                                nasty(random),
                                "key" + nasty(random),
                                random.nextInt(),
                                nasty(random),
                                nasty(random));
        var zones = List.of("Asia/Shanghai", "UTC", "Asia/Kathmandu", "Pacific/Kiritimati");
        return new CheckInConfig(
                false,
                ZoneId.of(zones.get(random.nextInt(zones.size()))),
                random.nextInt(2) == 0 ? "ws://h/v1/ws/" : nasty(random),
                random.nextInt(6) - 1,
                mqtt);
    }

    private static CheckIn checkIn(Random random) {
        String version = nasty(random).replaceAll("[\"\\\\\\p{Cntrl}]", "");
        String body = "{\"application\":{\"version\":\"" + version + "\"}}";
        return CheckInReader.read(body.getBytes(StandardCharsets.UTF_8), nasty(random), null);
    }
}
