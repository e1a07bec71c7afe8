package io.slipway.session.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.session.TestBackend;
import io.slipway.session.conversation.Persona.Kind;
import io.slipway.simulator.board.Variant;
import io.slipway.simulator.talk.TalkMoment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Everybody goes home: nothing is left, the history is as it must be, the server still answers. */
final class Evening {

    private final Town town;

    Evening(Town town) {
        this.town = town;
    }

    void come() {
        if (!town.ownerEnabled()) {
            town.enableOwner(true);
        }
        town.calls().filter(call -> call.state != Call.State.OVER).forEach(Call::hangUp);
        // Firmware leaves that to the server.
        Town.until("TCP ends after a Close frame", () -> town.calls().noneMatch(Evening::lingers));
        town.calls().forEach(call -> call.device.close());
        Town.until("no sessions are left", () -> town.listed().isEmpty());
        for (TestBackend backend : town.backends.values()) {
            backend.wake();
            Town.until("no sockets to backends are left", () -> backend.open() == 0);
            assertThat(backend.leaks).hasValue(0);
            assertThat(backend.misnamed).hasValue(0);
        }
        town.calls().forEach(Call::checkLog);
        town.server.main.housekeep();
        checkHistory();
        somebodyNew();
    }

    private static boolean lingers(Call call) {
        TalkMoment now = call.device.moment();
        return now.open() && now.closedByServer();
    }

    private void checkHistory() {
        Map<String, Kept> kept = new HashMap<>();
        town.calls().forEach(call -> kept.put(call.session, call.kept));
        for (Persona agent : town.agents) {
            String base = "/xiaozhi/agent/" + agent.id;
            var found = new HashSet<String>();
            for (String id : sessions(base)) {
                found.add(id);
                Kept call = kept.get(id);
                assertThat(call).as("history of no call").isNotNull();
                assertThat(call.shown() == agent || !call.certain)
                        .as("history of another agent: %s of %s", call.shown(), agent)
                        .isTrue();
                check(call, lines(base + "/chat-history/" + id));
            }
            kept.forEach((id, call) -> {
                if (call.certain && call.shown() == agent && !call.lines().isEmpty()) {
                    assertThat(found).as("history of " + agent).contains(id);
                }
            });
        }
    }

    private List<String> sessions(String base) {
        var ids = new ArrayList<String>();
        long total;
        int page = 1;
        do {
            String path = base + "/sessions?limit=100&page=" + page++;
            JsonNode listed = town.owner().ok("GET", path, "");
            total = listed.path("total").asLong();
            listed.path("list").forEach(session -> ids.add(session.path("sessionId").asText()));
        } while (ids.size() < total && page < 100);
        return ids;
    }

    private List<Ear.Line> lines(String path) {
        var lines = new ArrayList<Ear.Line>();
        for (JsonNode line : town.owner().ok("GET", path, "")) {
            lines.add(new Ear.Line(line.path("chatType").asInt(), line.path("content").asText()));
        }
        return lines;
    }

    private static void check(Kept call, List<Ear.Line> lines) {
        List<Ear.Line> said = call.lines();
        if (call.certain) {
            assertThat(lines).isEqualTo(said);
        } else {
            assertThat(lines).containsAll(said);
        }
    }

    // He comes, is bound, and is heard.
    private void somebodyNew() {
        House last = town.house(true, Town.profile(Variant.WIFI, 99), 1, false, 60);
        Handset handset = last.pairs.getFirst();
        Persona echo = town.addAgent(false);
        town.give(echo, Kind.ECHO, 0);
        town.agents.clear();
        town.agents.add(echo);
        var random = new Random(1);
        last.bind(handset, random);
        handset.boot();
        handset.open(random);
        Call call = handset.talk();
        call.partner.speak(Speech.frames(random, 5, 0));
        call.partner.stop();
        call.partner.hearOut();
        call.settle(town.now());
        call.hangUp();
        Town.until("no sessions are left", () -> town.listed().isEmpty());
    }
}
