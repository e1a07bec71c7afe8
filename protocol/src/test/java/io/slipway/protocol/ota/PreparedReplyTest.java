package io.slipway.protocol.ota;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** A prepared reply equals the one that would have been built from scratch. */
class PreparedReplyTest {

    private static final long SEED = Long.getLong("slipway.seed", 20260808L);

    private static ReplyDraft answer(long timestamp, String token) {
        return new ReplyDraft(
                new ReplyDraft.ServerTime(timestamp, 480, "Asia/Shanghai"),
                new ReplyDraft.FirmwareSection("2.4.2", "2.4.2", "", false),
                new ReplyDraft.WebsocketSection("ws://host:8080/v1/ws/", token, 1),
                null);
    }

    @Test
    void timeAndTokenAreFilledIn() {
        PreparedReply prepared = PreparedReply.of(answer(1_785_000_000_000L, "abcd.efgh"));
        assertThat(prepared).isNotNull();
        Reply reply = prepared.with(1_785_000_123_456L, "1234.5678");
        assertThat(reply).isNotNull();
        assertThat(new String(reply.body(), UTF_8))
                .isEqualTo(
                        new String(
                                Reply.checkIn(answer(1_785_000_123_456L, "1234.5678")).body(),
                                UTF_8));
    }

    @Test
    void whatDoesNotFitIsNotFilledIn() {
        PreparedReply prepared = PreparedReply.of(answer(1_785_000_000_000L, "abcd"));
        assertThat(prepared).isNotNull();
        assertThat(prepared.with(1_785_000_000_000L, "abcde")).isNull();
        assertThat(prepared.with(1_785_000_000_000L, "ab d")).isNull();
        assertThat(prepared.with(1_785_000_000_000L, "ab\"d")).isNull();
        assertThat(prepared.with(999_999_999_999L, "abcd")).isNull();
        assertThat(prepared.with(10_000_000_000_000L, "abcd")).isNull();
        assertThat(prepared.with(-1, "abcd")).isNull();
    }

    @Test
    void onlyPlainAnswersOfBoundDevicesArePrepared() {
        ReplyDraft bound = answer(1_785_000_000_000L, "abcd");
        var activation = new ReplyDraft.ActivationSection("123456", "say 123456", "nonce", 30_000);
        assertThat(
                        PreparedReply.of(
                                new ReplyDraft(
                                        bound.serverTime(),
                                        bound.firmware(),
                                        bound.transport(),
                                        activation)))
                .isNull();
        assertThat(
                        PreparedReply.of(
                                new ReplyDraft(bound.serverTime(), bound.firmware(), null, null)))
                .isNull();
        assertThat(PreparedReply.of(answer(1_785_000_000_000L, "a b"))).isNull();
        assertThat(PreparedReply.of(answer(0, "abcd"))).isNull();
    }

    @Test
    void whateverIsPreparedIsTheSame() {
        var random = new Random(SEED);
        var answers = new HostileAnswers(random);
        int compared = 0;
        for (int i = 0; i < 100_000; i++) {
            ReplyDraft hostile = answers.next();
            ReplyDraft.ServerTime zoned = hostile.serverTime();
            var answer =
                    new ReplyDraft(
                            new ReplyDraft.ServerTime(
                                    1_785_000_000_000L, zoned.offsetMinutes(), zoned.zone()),
                            hostile.firmware(),
                            hostile.transport(),
                            null);
            PreparedReply prepared = PreparedReply.of(answer);
            if (prepared == null
                    || !(answer.transport() instanceof ReplyDraft.WebsocketSection socket)) {
                continue;
            }
            long time = random.nextLong(1_000_000_000_000L, 10_000_000_000_000L);
            String token = new StringBuilder(socket.token()).reverse().toString();
            var other =
                    new ReplyDraft(
                            new ReplyDraft.ServerTime(time, zoned.offsetMinutes(), zoned.zone()),
                            answer.firmware(),
                            new ReplyDraft.WebsocketSection(socket.url(), token, socket.version()),
                            null);
            Reply reply = prepared.with(time, token);
            assertThat(reply).isNotNull();
            assertThat(reply.body())
                    .as("slipway.seed=%s, case %s", SEED, i)
                    .isEqualTo(Reply.checkIn(other).body());
            compared++;
        }
        assertThat(compared).isGreaterThan(50);
    }
}
