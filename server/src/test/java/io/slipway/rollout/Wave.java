package io.slipway.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.Person;
import io.slipway.TestClock;
import io.slipway.TestServer;
import io.slipway.simulator.board.Power;
import io.slipway.simulator.update.UpdateCount;
import io.slipway.simulator.update.UpdateFaults;
import io.slipway.simulator.update.UpdateFleet;
import io.slipway.simulator.update.UpdateOptions;
import io.slipway.simulator.update.UpdatingDevice;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A shop's fleet with simulated time: in each round every device is power-cycled once and installs
 * what it is offered. After each round, the console's counts are verified.
 */
final class Wave implements AutoCloseable {

    private static final List<String> COUNTED =
            List.of("offered", "inFlight", "good", "bad", "silent", "overdue", "undelivered");

    final UpdateFleet fleet;
    private final TestClock clock;
    private List<TestServer> nodes;
    private Shop shop;

    Wave(Shop shop, List<TestServer> nodes, UpdateOptions options) {
        this.shop = shop;
        this.nodes = nodes;
        this.clock = nodes.getFirst().clock;
        fleet = new UpdateFleet(options.rate(0).clock(clock).owner(this::enter));
    }

    static Wave of(Nodes nodes, Shop shop, int devices, OptionsOf more) {
        // A few at once: while the clock stands still, an answer that takes a second is an endless
        // outage.
        var options = UpdateOptions.of(nodes.base() + "/v1/ota/", devices).connections(12);
        return new Wave(shop, nodes.servers, more.of(options));
    }

    /** The specifics of a fleet. */
    interface OptionsOf {
        UpdateOptions of(UpdateOptions usual);
    }

    private void enter(String mac, String code) throws IOException {
        var answer =
                shop.owner.raw(
                        "POST", "/xiaozhi/device/bind/" + shop.owner.agentId + "/" + code, "");
        if (answer.statusCode() != 200 || Person.json(answer).path("code").asInt(-1) != 0) {
            throw new IOException(answer.body());
        }
    }

    /** Replaces the nodes. */
    void moved(Shop newShop, List<TestServer> newNodes) {
        shop = newShop;
        nodes = newNodes;
    }

    Shop shop() {
        return shop;
    }

    /** All are bound and have been left alone for a while. */
    void aboard() throws InterruptedException {
        fleet.round();
        later(Duration.ofMinutes(11));
        assertThat(fleet.report().fleet().counts().codesEntered()).isEqualTo(devices().size());
    }

    void faults(UpdateFaults faults) {
        devices().forEach(device -> device.faults(faults));
    }

    /** Every device starts once, then time passes. */
    void round(Duration after) throws InterruptedException {
        fleet.round();
        later(after);
    }

    void later(Duration time) {
        nodes.forEach(node -> node.main.housekeep());
        clock.advance(time);
        nodes.forEach(node -> node.main.housekeep());
    }

    String start(String plan) {
        String id = shop.start(plan);
        nodes.forEach(node -> node.main.housekeep());
        return id;
    }

    List<UpdatingDevice> devices() {
        return fleet.devices();
    }

    /** Those that could still be switched on. */
    List<UpdatingDevice> here() {
        return devices().stream().filter(device -> device.power() != Power.GONE).toList();
    }

    /** Whether its factory firmware restarts when an update fails. */
    static boolean old(UpdatingDevice device) {
        return device.truth().image().version().matches("1\\.[0-7]\\..*");
    }

    long count(UpdateCount what) {
        return fleet.report().count(what);
    }

    /** The simulator's complaints about the server. */
    void unharmed() {
        assertThat(fleet.report().broken()).isEmpty();
    }

    // ------------------------------------------------------------ the console's counts

    /** By MAC. */
    Map<String, JsonNode> states(String rollout) {
        var states = new TreeMap<String, JsonNode>();
        String cursor = "";
        do {
            String path = "/v1/rollouts/" + rollout + "/devices?limit=37" + cursor;
            JsonNode page = Person.json(shop.owner.raw("GET", path, ""));
            page.path("data").forEach(row -> states.put(row.path("macAddress").asText(), row));
            JsonNode next = page.path("nextCursor");
            cursor = next.isTextual() ? "&cursor=" + next.asText() : "";
        } while (!cursor.isEmpty());
        return states;
    }

    /** By state, how many. */
    Map<String, Long> tally(String rollout) {
        return states(rollout).values().stream()
                .collect(
                        Collectors.groupingBy(
                                row -> row.path("state").asText(),
                                TreeMap::new,
                                Collectors.counting()));
    }

    /** The counters of a rollout match a count of its devices, by stage and by stratum. */
    void counted(String rollout) {
        JsonNode detail = shop.rollout(rollout);
        var recounted = new TreeMap<String, Map<String, Long>>();
        for (JsonNode row : states(rollout).values()) {
            String place = row.path("stage").asInt() + " " + group(row.path("stratum"));
            var counts = recounted.computeIfAbsent(place, p -> zero());
            count(row).forEach((name, one) -> counts.merge(name, one, Long::sum));
        }
        var shown = new TreeMap<String, Map<String, Long>>();
        long inFlight = 0;
        for (JsonNode stage : detail.path("stageDetails")) {
            for (JsonNode stratum : stage.path("strata")) {
                var counts = new TreeMap<String, Long>();
                zero().keySet()
                        .forEach(name ->
                                counts.put(name, stratum.path("tally").path(name).asLong()));
                if (counts.get("offered") > 0) {
                    shown.put(stage.path("stage").asInt() + " " + group(stratum), counts);
                }
                inFlight += counts.get("inFlight");
            }
        }
        assertThat(shown).isEqualTo(recounted);
        assertThat(detail.path("inFlight").asLong()).isEqualTo(inFlight);
    }

    private static String group(JsonNode stratum) {
        var parts = new ArrayList<String>();
        List.of("board", "chip", "scheme", "from")
                .forEach(name -> parts.add(stratum.path(name).asText()));
        return String.join("/", parts);
    }

    private static Map<String, Long> zero() {
        var zero = new TreeMap<String, Long>();
        COUNTED.forEach(name -> zero.put(name, 0L));
        zero.put("left", 0L);
        return zero;
    }

    private static Map<String, Long> count(JsonNode row) {
        String state = row.path("state").asText();
        String counts = row.path("counts").asText();
        var one = zero();
        one.put("offered", 1L);
        one.put("inFlight", yes(List.of("OFFERED", "DOWNLOADING", "DOWNLOADED").contains(state)));
        one.put("good", yes(counts.equals("GOOD")));
        one.put("bad", yes(counts.equals("BAD")));
        one.put("silent", yes(counts.equals("SILENT")));
        one.put("overdue", yes(counts.equals("OVERDUE")));
        one.put("undelivered", yes(counts.equals("DELIVERY")));
        boolean out = List.of("EXTERNAL", "SUPERSEDED").contains(state);
        one.put("left", yes(out && counts.equals("UNDECIDED")));
        return one;
    }

    private static long yes(boolean holds) {
        return holds ? 1 : 0;
    }

    @Override
    public void close() {
        fleet.close();
    }
}
