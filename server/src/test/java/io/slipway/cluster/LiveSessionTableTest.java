package io.slipway.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.cluster.Presence.LiveSession;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LiveSessionTableTest {

    /** The same as the table, without indexes. */
    private static final class Model {
        final Map<String, LiveSession> sessions = new HashMap<>();

        void put(LiveSession live) {
            sessions.remove(live.sessionId());
            sessions.values().removeIf(old -> old.pairKey().equals(live.pairKey()));
            sessions.put(live.sessionId(), live);
        }

        List<LiveSession> ofAccount(String account, String after, int limit) {
            return sessions.values().stream()
                    .filter(live -> account == null || live.accountId().equals(account))
                    .filter(live -> after == null || live.sessionId().compareTo(after) < 0)
                    .sorted(Comparator.comparing(LiveSession::sessionId).reversed())
                    .limit(limit)
                    .toList();
        }

        Map<Long, LiveSession> ofDevices(List<Long> ids) {
            var found = new HashMap<Long, LiveSession>();
            for (LiveSession live : sessions.values()) {
                if (ids.contains(live.deviceId())) {
                    found.merge(live.deviceId(), live, LiveSession::newer);
                }
            }
            return found;
        }
    }

    @Test
    void answersAsAPlainListWould() {
        long seed = Long.getLong("slipway.seed", System.nanoTime());
        var random = new Random(seed);
        var table = new LiveSessionTable();
        var model = new Model();
        for (int step = 0; step < 20_000; step++) {
            String session = String.format("%03d", random.nextInt(200));
            String account = List.of("a", "a\0", "ab", "b", "").get(random.nextInt(5));
            if (random.nextInt(3) < 2) {
                LiveSession live =
                        SampleSessions.session(
                                session,
                                "pair" + random.nextInt(60),
                                random.nextInt(40),
                                account,
                                random.nextInt(20));
                table.put(live);
                model.put(live);
            } else {
                assertThat(table.remove(session)).isEqualTo(model.sessions.remove(session));
            }
            String after = random.nextBoolean() ? null : String.format("%03d", random.nextInt(200));
            String of = random.nextInt(3) == 0 ? null : account;
            int limit = random.nextInt(10);
            var ids = new ArrayList<Long>();
            for (int i = 0; i < 10; i++) {
                ids.add((long) random.nextInt(41));
            }
            assertThat(table.ofAccount(of, after, limit))
                    .as("seed %d, step %d", seed, step)
                    .isEqualTo(model.ofAccount(of, after, limit));
            assertThat(table.ofDevices(ids))
                    .as("seed %d, step %d", seed, step)
                    .isEqualTo(model.ofDevices(ids));
            assertThat(table.session(session).orElse(null)).isEqualTo(model.sessions.get(session));
            assertThat(table.size()).isEqualTo(model.sessions.size());
            assertThat(table.size(account))
                    .isEqualTo(model.ofAccount(account, null, Integer.MAX_VALUE).size());
            assertThat(table.pairs()).hasSize(model.sessions.size()).doesNotHaveDuplicates();
        }
    }
}
