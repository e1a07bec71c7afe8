package io.slipway.device.seen;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.device.profile.CheckInTimes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SeenBatchTest {

    private static final long SEED = Long.getLong("slipway.seed", 20261129L);

    private record Entry(long id, long at, String address, boolean checkIn) {}

    private static List<SeenStore.Sighting> rows(SeenBatch batch, int most) {
        var rows = new ArrayList<SeenStore.Sighting>();
        int[] order = batch.order();
        int at = 0;
        while (at < order.length) {
            int before = rows.size();
            at = batch.rows(order, at, most, Long.MAX_VALUE, rows::add);
            assertThat(rows.size() - before).isBetween(1, most);
        }
        return rows;
    }

    @Test
    void addressesComeBackAsTheyWere() {
        var batch = new SeenBatch();
        List<String> addresses =
                List.of(
                        "127.0.0.1",
                        "255.255.255.255",
                        "0.0.0.0",
                        "256.0.0.1",
                        "1.2.3",
                        "1.2.3.4.5",
                        "01.2.3.4",
                        "1..2.3",
                        "",
                        "unknown",
                        "2001:db8::1",
                        "fe80::1%eth0",
                        "999.1.1.1",
                        "1.2.3.99999999999");
        for (int i = 0; i < addresses.size(); i++) {
            batch.add(i, 1_785_000_000_000L, addresses.get(i), true, -i);
        }
        assertThat(rows(batch, 100)).extracting(SeenStore.Sighting::address).isEqualTo(addresses);
        assertThat(rows(batch, 100)).allMatch(row -> row.rssi() == -row.id());
    }

    @Test
    void theLastSignalIsTheLastReportedOne() {
        var batch = new SeenBatch();
        batch.add(7, 1_000, "10.0.0.1", true, -50);
        batch.add(7, 2_000, "::1", true, -127);
        batch.add(7, 3_000, "::1", false, 0);
        assertThat(rows(batch, 9))
                .containsExactly(new SeenStore.Sighting(7, 3_000, "::1", "000001jk000000rs", -127));
    }

    /** Compared with a naive implementation. */
    @Test
    void oneRowADeviceNewestFirst() {
        var random = new Random(SEED);
        var batch = new SeenBatch();
        for (int round = 0; round < 200; round++) {
            var entries = new ArrayList<Entry>();
            int devices = 1 + random.nextInt(40);
            long base = random.nextBoolean() ? 0 : random.nextLong() >>> 1;
            for (int n = random.nextInt(600); n > 0; n--) {
                var entry =
                        new Entry(
                                (base + random.nextInt(devices) * 1_000_003L) & Long.MAX_VALUE,
                                1_785_000_000_000L + random.nextInt(1_000),
                                random.nextBoolean() ? "10.0.0." + random.nextInt(256) : "::1",
                                random.nextInt(4) > 0);
                entries.add(entry);
                batch.add(entry.id, entry.at, entry.address, entry.checkIn, 0);
            }
            var byDevice = new TreeMap<Long, List<Entry>>();
            entries.forEach(e -> byDevice.computeIfAbsent(e.id, id -> new ArrayList<>()).add(e));
            List<SeenStore.Sighting> rows = rows(batch, 1 + random.nextInt(50));
            assertThat(rows)
                    .extracting(SeenStore.Sighting::id)
                    .as("slipway.seed=%s, round %s", SEED, round)
                    .isEqualTo(List.copyOf(byDevice.keySet()));
            for (SeenStore.Sighting row : rows) {
                List<Entry> own = byDevice.get(row.id());
                own.sort(Comparator.comparingLong(Entry::at).reversed());
                assertThat(row.at()).isEqualTo(own.getFirst().at);
                assertThat(own)
                        .filteredOn(e -> e.at == row.at())
                        .extracting(Entry::address)
                        .contains(row.address());
                String ring =
                        own.stream()
                                .filter(Entry::checkIn)
                                .limit(CheckInTimes.MOST)
                                .map(e -> Long.toString(e.at, 36))
                                .reduce("", String::concat);
                assertThat(row.ring()).isEqualTo(ring);
            }
            batch.clear();
            assertThat(batch.size()).isZero();
            assertThat(batch.order()).isEmpty();
        }
    }
}
