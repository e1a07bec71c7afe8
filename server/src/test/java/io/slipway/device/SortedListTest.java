package io.slipway.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.slipway.device.seen.Sightings;
import io.slipway.http.Problem;
import io.slipway.protocol.Mac;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Each order, page by page, against a sort in memory. */
@ParameterizedClass
@EnumSource(TestEngine.class)
class SortedListTest {

    private static final String MINE = "mine";
    private static final String[] VERSIONS = {"2.9.0", "2.10.0", "2.4.2", "10.0", "beta", ""};
    private static final String[] ALIASES = {"", "", "客厅", "Kitchen", "kitchen", "阳台"};

    @Parameter TestEngine engine;
    @TempDir Path folder;
    private Database database;
    private SortedList sorted;
    private long nextId;

    @BeforeEach
    void open() {
        database = engine.open(folder);
        sorted = new SortedList(database);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void insert(String account, Mac mac, String board, String version, String alias) {
        long id = ++nextId;
        database.run(
                Plane.CONSOLE,
                tx -> {
                    var lastReport = new Devices.LastReport(board, version, "");
                    var pair = Pair.stored(mac, true, false, String.format("%032x", id));
                    String agent = id % 3 == 0 ? "agent" : null;
                    HotDeviceStore.insert(
                            tx, id, pair, new NewDevice(account, agent, lastReport), 1_000 + id);
                    tx.handle()
                            .execute(
                                    "UPDATE device SET alias = ?, alias_key = ?, channel = ?"
                                            + " WHERE id = ?",
                                    alias,
                                    SearchKey.of(alias),
                                    id % 2 == 0 ? "beta" : "",
                                    id);
                    if (id % 5 == 0) {
                        tx.handle()
                                .execute(
                                        "INSERT INTO device_tag (account_id, tag, device)"
                                                + " VALUES (?, 'red', ?)",
                                        account,
                                        id);
                    }
                    if (id % 4 != 0) {
                        long at = 1_790_000_000_000L + id * 7 % 11;
                        new Sightings().add(id, at, "", Long.toString(at, 36)).write(tx, at);
                    }
                });
    }

    private void fleet() {
        var random = new Random(3);
        for (int i = 0; i < 120; i++) {
            insert(
                    i % 6 == 5 ? "other" : MINE,
                    new Mac(random.nextLong(1L << 48)),
                    "Board-" + random.nextInt(4),
                    VERSIONS[random.nextInt(VERSIONS.length)],
                    ALIASES[random.nextInt(ALIASES.length)]);
        }
    }

    private static SortedList.ListRequest wanted(
            @Nullable String field,
            String value,
            DeviceOrder order,
            boolean down,
            @Nullable String cursor) {
        return new SortedList.ListRequest(MINE, field, value, order, down, cursor, 7);
    }

    private List<Device> all(
            @Nullable String field, String value, DeviceOrder order, boolean down) {
        var all = new ArrayList<Device>();
        String cursor = null;
        while (true) {
            List<Device> page = sorted.page(wanted(field, value, order, down, cursor));
            all.addAll(page);
            if (page.size() < 7) {
                return all;
            }
            cursor = SortedList.cursor(order, page.getLast());
        }
    }

    private static Comparator<Device> order(DeviceOrder order, boolean down) {
        Comparator<Device> byId = Comparator.comparing(Device::id);
        Comparator<Device> up =
                switch (order) {
                    case MAC -> Comparator.comparing(d -> d.mac().bits());
                    case ALIAS -> Comparator.comparing((Device d) -> key(d.choices().alias()));
                    case BOARD -> Comparator.comparing((Device d) -> key(d.report().board()));
                    case VERSION ->
                            Comparator.comparing(
                                    device -> device.report().version(),
                                    SortedList::compareVersions);
                    case SEEN -> Comparator.comparing(device -> device.seen().seenAt());
                    case BOUND -> Comparator.comparing(device -> device.owner().boundAt());
                };
        Comparator<Device> full = up.thenComparing(byId);
        full = down ? full.reversed() : full;
        if (order != DeviceOrder.ALIAS) {
            return full;
        }
        // Devices without a name last, by age, in either direction.
        Comparator<Device> named = full;
        return (one, two) -> {
            boolean first = one.choices().alias().isEmpty();
            boolean second = two.choices().alias().isEmpty();
            return first && second
                    ? byId.compare(one, two)
                    : first != second ? Boolean.compare(first, second) : named.compare(one, two);
        };
    }

    // By bytes, as the database compares.
    private static String key(String text) {
        return SearchKey.of(text);
    }

    @Test
    void everyOrderPageByPageIsWhatASortWouldGive() {
        fleet();
        Predicate<Device> agent = d -> "agent".equals(d.owner().agentId());
        Predicate<Device> channel = d -> d.choices().labels().channel().equals("beta");
        Predicate<Device> tag = d -> d.id() % 5 == 0;
        for (DeviceOrder order : DeviceOrder.values()) {
            for (boolean down : new boolean[] {false, true}) {
                check(null, "", d -> true, order, down);
                check("agent", "agent", agent, order, down);
                check("channel", "beta", channel, order, down);
                check("tag", "red", tag, order, down);
                assertThat(all("tag", "none", order, down)).isEmpty();
            }
        }
    }

    private void check(
            @Nullable String field,
            String value,
            Predicate<Device> fits,
            DeviceOrder order,
            boolean down) {
        List<Device> every = all(null, "", DeviceOrder.BOUND, false);
        assertThat(every).hasSize(100);
        List<Long> expected =
                every.stream().filter(fits).sorted(order(order, down)).map(Device::id).toList();
        assertThat(all(field, value, order, down))
                .as("%s %s by %s, down %s", field, value, order, down)
                .extracting(Device::id)
                .isEqualTo(expected)
                .isNotEmpty();
    }

    @Test
    void aPageGoesOnBehindADeviceWhoseVersionNobodyHasAnyMore() {
        for (int i = 0; i < 9; i++) {
            insert(MINE, new Mac(i), "b", i < 7 ? "2.4.2" : "2.10.0", "");
        }
        var first = sorted.page(wanted(null, "", DeviceOrder.VERSION, false, null));
        String cursor = SortedList.cursor(DeviceOrder.VERSION, first.getLast());
        database.run(
                Plane.CONSOLE,
                tx ->
                        tx.handle()
                                .execute(
                                        "UPDATE device SET version = '1.0' WHERE version = '2.4.2'"));
        assertThat(sorted.page(wanted(null, "", DeviceOrder.VERSION, false, cursor)))
                .extracting(device -> device.report().version())
                .containsExactly("2.10.0", "2.10.0");
    }

    @Test
    void tooManyVersionsAreSortedAsTexts() {
        for (int i = 0; i <= SortedList.VERSIONS; i++) {
            insert(MINE, new Mac(i), "b", "1." + i, "");
        }
        assertThat(all(null, "", DeviceOrder.VERSION, false))
                .extracting(device -> device.report().version())
                .hasSize(SortedList.VERSIONS + 1)
                .isSorted();
    }

    @Test
    void whatHasNoIndexIsRefusedWhereItWouldTakeLong() {
        insert(MINE, new Mac(1), "b", "2.4.2", "");
        database.run(
                Plane.BACKGROUND,
                tx ->
                        tx.handle()
                                .execute(
                                        """
                                        INSERT INTO device (id, mac, account_id, twin, agent_id, pair,
                                            running_since, pinned, weak, proven, alias, alias_key, board, board_key,
                                            version, chip, elf, slot, language, facts, facts_print,
                                            auto_update, sort, bound_at, updated_at, updater)
                                        WITH RECURSIVE n (i) AS
                                            (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 10001)
                                        SELECT i, i, 'mine', 0, 'agent', '', 0, 1, 0, 1, '', '', 'b', 'b',
                                            '2.4.2', '', '', '', '', '{}', 0, 1, 0, i, i, ''
                                        FROM n\
                                        """));
        assertThatExceptionOfType(Problem.class)
                .isThrownBy(() -> sorted.page(wanted(null, "", DeviceOrder.SEEN, true, null)))
                .satisfies(problem -> {
                    assertThat(problem.code()).isEqualTo(400);
                    assertThat(problem.message(true)).contains("10000 台");
                    assertThat(problem.message(false)).contains("more than 10000 devices");
                });
        for (DeviceOrder order : DeviceOrder.values()) {
            // One less: these are sorted.
            assertThat(sorted.page(wanted("agent", "agent", order, true, null))).hasSize(7);
            if (order != DeviceOrder.SEEN) {
                assertThat(sorted.page(wanted(null, "", order, true, null))).hasSize(7);
            }
        }
    }

    @Test
    void aCursorOfSomethingElseIsRefused() {
        for (String bad : List.of("", "x", "!:1", ":", "1:x", "1:a\0b")) {
            for (DeviceOrder order : List.of(DeviceOrder.MAC, DeviceOrder.SEEN)) {
                assertThatExceptionOfType(Problem.class)
                        .as(bad)
                        .isThrownBy(() -> sorted.page(wanted(null, "", order, false, bad)))
                        .satisfies(problem -> assertThat(problem.code()).isEqualTo(400));
            }
        }
    }
}
