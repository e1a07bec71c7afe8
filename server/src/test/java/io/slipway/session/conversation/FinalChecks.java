package io.slipway.session.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.session.TestBackend;
import io.slipway.session.conversation.ModelledAgent.Kind;
import io.slipway.simulator.board.Variant;
import io.slipway.simulator.talk.TalkMoment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * When all conversations have ended: nothing is left, the history is as expected, the server still
 * answers.
 */
final class FinalChecks {

    private final ModelledServer model;

    FinalChecks(ModelledServer model) {
        this.model = model;
    }

    void run() {
        if (!model.ownerEnabled()) {
            model.enableOwner(true);
        }
        model.calls()
                .filter(call -> call.state != ModelledConversation.State.OVER)
                .forEach(ModelledConversation::hangUp);
        // Firmware leaves that to the server.
        ModelledServer.until(
                "TCP ends after a Close frame",
                () -> model.calls().noneMatch(FinalChecks::lingers));
        model.calls().forEach(call -> call.device.close());
        ModelledServer.until("no sessions are left", () -> model.listed().isEmpty());
        for (TestBackend backend : model.backends.values()) {
            backend.wake();
            ModelledServer.until("no sockets to backends are left", () -> backend.open() == 0);
            assertThat(backend.leaks).hasValue(0);
            assertThat(backend.misnamed).hasValue(0);
        }
        model.calls().forEach(ModelledConversation::checkLog);
        model.server.main.housekeep();
        checkHistory();
        somebodyNew();
    }

    private static boolean lingers(ModelledConversation call) {
        TalkMoment now = call.device.moment();
        return now.connection().open() && now.connection().closedByServer();
    }

    private void checkHistory() {
        Map<String, ExpectedHistory> expected = new HashMap<>();
        model.calls().forEach(call -> expected.put(call.session, call.expected));
        for (ModelledAgent agent : model.agents) {
            String base = "/xiaozhi/agent/" + agent.id;
            var found = new HashSet<String>();
            for (String id : sessions(base)) {
                found.add(id);
                ExpectedHistory call = expected.get(id);
                assertThat(call).as("history without a session").isNotNull();
                assertThat(call.shown() == agent || !call.certain)
                        .as("history of another agent: %s of %s", call.shown(), agent)
                        .isTrue();
                check(call, lines(base + "/chat-history/" + id));
            }
            expected.forEach((id, call) -> {
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
            JsonNode listed = model.owner().ok("GET", path, "");
            total = listed.path("total").asLong();
            listed.path("list").forEach(session -> ids.add(session.path("sessionId").asText()));
        } while (ids.size() < total && page < 100);
        return ids;
    }

    private List<ReceivedLog.HistoryLine> lines(String path) {
        var lines = new ArrayList<ReceivedLog.HistoryLine>();
        for (JsonNode line : model.owner().ok("GET", path, "")) {
            lines.add(
                    new ReceivedLog.HistoryLine(
                            line.path("chatType").asInt(), line.path("content").asText()));
        }
        return lines;
    }

    private static void check(ExpectedHistory call, List<ReceivedLog.HistoryLine> lines) {
        List<ReceivedLog.HistoryLine> said = call.lines();
        if (call.certain) {
            assertThat(lines).isEqualTo(said);
        } else {
            assertThat(lines).containsAll(said);
        }
    }

    // A new device connects, is bound and is understood.
    private void somebodyNew() {
        ModelledMac last = model.add(true, ModelledServer.profile(Variant.WIFI, 99), 1, false, 60);
        ModelledDevice modelledDevice = last.pairs.getFirst();
        ModelledAgent echo = model.addAgent(false);
        model.give(echo, Kind.ECHO, 0);
        model.agents.clear();
        model.agents.add(echo);
        var random = new Random(1);
        last.bind(modelledDevice, random);
        modelledDevice.boot();
        modelledDevice.open(random);
        ModelledConversation call = modelledDevice.talk();
        call.partner.speak(Speech.frames(random, 5, 0));
        call.partner.stop();
        call.partner.hearOut();
        call.settle(model.now());
        call.hangUp();
        ModelledServer.until("no sessions are left", () -> model.listed().isEmpty());
    }
}
