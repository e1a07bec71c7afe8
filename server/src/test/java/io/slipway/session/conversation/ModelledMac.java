package io.slipway.session.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.session.conversation.Script.DeviceStep;
import io.slipway.simulator.board.Variant;
import io.slipway.simulator.talk.TalkMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Everything with one MAC: mostly one device, sometimes a second pair too; its binding in the
 * model, and the actions on it. Not thread-safe.
 */
final class ModelledMac {

    final ModelledServer model;
    final List<ModelledDevice> pairs = new ArrayList<>();

    /** Which of its pairs is bound, null for none. */
    ModelledDevice pinned;

    ModelledAgent agent;

    /** Increases with each new binding. */
    int epoch;

    /** When its pinned pair was last seen, by the server's clock. */
    long seenAt;

    private final boolean mayBeBound;
    private final List<ModelledConversation> opened = new ArrayList<>();
    private final List<String> journal = new ArrayList<>();

    ModelledMac(ModelledServer model, boolean mayBeBound) {
        this.model = model;
        this.mayBeBound = mayBeBound;
    }

    String mac() {
        return pairs.getFirst().profile.mac();
    }

    void note(String what) {
        journal.add(what);
    }

    void opened(ModelledConversation call) {
        opened.add(call);
    }

    List<ModelledConversation> calls() {
        return opened;
    }

    void perform(DeviceStep step) {
        var random = new Random(step.salt());
        ModelledDevice modelledDevice = pairs.get(step.pair());
        note(step.act() + " " + (pairs.size() > 1 ? modelledDevice.name() : ""));
        switch (step.act()) {
            case BOOT -> modelledDevice.boot();
            case OPEN -> modelledDevice.open(random);
            case OPEN_WITH_A_FORGED_TOKEN -> modelledDevice.openWithAForgedToken(random);
            case BIND -> bind(modelledDevice, random);
            case UNBIND -> unbind();
            case MOVE -> move(model.anyAgent(random));
            case END_SESSION -> endSession(modelledDevice, random);
            case REBOOT -> reboot(random);
            case LIST_TOOLS -> listTools();
            case CALL_TOOL -> callTool(random);
            case DELETE_HISTORY -> deleteHistory();
            case WAKE, LISTEN, SPEAK, STOP, HEAR_OUT, ABORT, NONSENSE, LOSE, HANG_UP, VANISH -> {
                ModelledConversation call = modelledDevice.talking(random);
                if (call != null) {
                    talk(step, call, random);
                }
            }
        }
    }

    private void talk(DeviceStep step, ModelledConversation call, Random random) {
        Partner partner = call.partner;
        switch (step.act()) {
            case WAKE -> partner.wake(Speech.frames(random, random.nextInt(20), 0), "你好小智");
            case LISTEN -> partner.listen(one(random, TalkMode.values()));
            case SPEAK -> {
                if (call.kind == ModelledAgent.Kind.STALLS && random.nextInt(5) == 0) {
                    call.flood();
                    call.leave(random);
                    return;
                }
                int voiced = partner.enough() + random.nextInt(6);
                boolean silent = random.nextInt(8) == 0;
                partner.speak(Speech.frames(random, silent ? 0 : voiced, random.nextInt(4)));
            }
            case STOP -> partner.stop();
            case HEAR_OUT -> partner.hearOut();
            case ABORT -> partner.abort(random.nextBoolean());
            case NONSENSE -> nonsense(call, random);
            case LOSE -> call.lose();
            case HANG_UP -> call.hangUp();
            case VANISH -> call.vanish(true);
            default -> throw new IllegalArgumentException(step.toString());
        }
    }

    private static <T> T one(Random random, T[] of) {
        return of[random.nextInt(of.length)];
    }

    private void nonsense(ModelledConversation call, Random random) {

        MalformedInput malformed = one(random, MalformedInput.values());
        note("  " + malformed);
        if (malformed.ends()) {
            call.expected.certain &= call.partner.quiet();
            malformed.say(call, random);
            call.cut();
        } else {
            call.partner.hearOut();
            malformed.say(call, random);
        }
    }

    /** The owner enters what the device shows. */
    void bind(ModelledDevice modelledDevice, Random random) {
        if (!mayBeBound || modelledDevice.bound()) {
            return;
        }
        String code = modelledDevice.code();
        ModelledAgent wanted = model.anyAgent(random);
        String path = "/xiaozhi/device/bind/" + wanted.id + "/" + code;
        if (model.refused("POST", path)) {
            return;
        }
        JsonNode bound = model.owner().ok("POST", path, "");
        assertThat(bound.path("macAddress").asText()).isEqualTo(mac());
        if (pinned == null) {
            epoch++;
            agent = wanted;
        } else {
            // The pin moves to the other pair: the device keeps its agent (decisions D1).
            agent = agent == null ? wanted : agent;
        }
        pinned = modelledDevice;
        seenAt = model.now();
        modelledDevice.wasBound();
        note("  bound to " + agent);
        updated(modelledDevice);
        if (random.nextInt(4) > 0) {
            modelledDevice.boot();
        }
    }

    /** Its binding or agent has changed while it talks. */
    void updated(ModelledDevice modelledDevice) {
        ModelledConversation call = modelledDevice.talk();
        if (call != null && modelledDevice.asks()) {
            call.updates++;
            call.sent(model.now());
        }
    }

    private void unbind() {
        String body = "{\"deviceId\":\"" + mac() + "\"}";
        if (model.refused("POST", "/xiaozhi/device/unbind")) {
            return;
        }
        if (pinned == null) {
            model.owner().fails(404, "POST", "/xiaozhi/device/unbind", body);
            return;
        }
        model.owner().ok("POST", "/xiaozhi/device/unbind", body);
        pinned = null;
        agent = null;
    }

    private void move(ModelledAgent to) {
        String path = "/v1/devices/" + mac() + "/agent/" + to.id;
        if (model.refused("PUT", path)) {
            return;
        }
        if (pinned == null) {
            model.owner().fails(404, "PUT", path, "{}");
            return;
        }
        // History so far is stored, or not, by the previous agent.
        model.server.main.housekeep();
        model.owner().ok("PUT", path, "{}");
        note("  moved to " + to);
        agent = to;
        opened.forEach(call -> call.expected.moved(to));
        updated(pinned);
    }

    private void endSession(ModelledDevice modelledDevice, Random random) {
        ModelledConversation call = modelledDevice.talk();
        if (call == null && modelledDevice.calls.isEmpty()) {
            return;
        }
        ModelledConversation last = call == null ? modelledDevice.calls.getLast() : call;
        String path = "/v1/sessions/" + last.session;
        if (last.session.isEmpty() || last.ghost || model.refused("DELETE", path)) {
            return;
        }
        if (call == null) {
            model.gone(List.of(last));
            model.owner().fails(404, "DELETE", path, "");
            return;
        }
        call.expected.certain &= call.partner.quiet();
        int mark = call.received.mark();
        model.owner().ok("DELETE", path, "");
        call.told(ExpectedAdmission.ENDED, mark);
        call.leave(random);
    }

    /** The call that the console would use: the newest of the currently bound device. */
    private ModelledConversation reachable() {
        if (pinned == null) {
            return null;
        }
        return opened.reversed().stream()
                .filter(call -> call.epoch == epoch && (call.talks() || call.ghost))
                .findFirst()
                .orElse(null);
    }

    private void reboot(Random random) {
        boolean byAdmin = random.nextBoolean();
        String path = "/v1/devices/" + mac() + "/reboot";
        if (!byAdmin && model.refused("POST", path)) {
            return;
        }
        var person = byAdmin ? model.admin() : model.owner();
        ModelledConversation call = reachable();
        if (call != null && call.ghost) {
            // The server may have noticed, or not.
            assertThat(person.raw("POST", path, "").statusCode()).isIn(200, 404);
        } else if (call == null) {
            model.until404(person, path);
        } else {
            call.expected.certain &= call.partner.quiet();
            person.ok("POST", path, "");
            call.restarts(random.nextInt(3) > 0);
            call.modelledDevice.restarted(random);
        }
    }

    // The server may notice a moment later that a call has just ended for its device.
    private void settled() {
        model.gone(opened.stream().filter(call -> !call.talks() && !call.ghost).toList());
    }

    private void listTools() {
        String path = "/v1/devices/" + mac() + "/tools";
        ModelledConversation call = askable("GET", path);
        if (call == null) {
            return;
        }
        JsonNode tools = model.owner().ok("GET", path, "").path("tools");
        call.sent(model.now());
        var variant = call.modelledDevice.profile.variant();
        boolean user = variant != Variant.PY_XIAOZHI && variant != Variant.V1_7;
        assertThat(tools).hasSize(user ? 32 : 28);
        tools.forEach(tool -> {
            String name = tool.path("name").asText();
            boolean nobodys =
                    name.equals("self.upgrade_firmware")
                            || name.equals("self.assets.set_download_url");
            assertThat(tool.path("callable").asBoolean()).isEqualTo(!nobodys);
        });
    }

    // Null if no call can be used, which is checked here.
    private ModelledConversation askable(String method, String path) {
        ModelledConversation call = reachable();
        boolean skipped = call != null && (call.ghost || !call.modelledDevice.hasTools());
        if (skipped || model.refused(method, path)) {
            return null;
        }
        if (call == null) {
            settled();
            model.owner().fails(404, method, path, "{\"name\":\"self.get_device_status\"}");
        }
        return call;
    }

    private void callTool(Random random) {
        String path = "/v1/devices/" + mac() + "/tools/call";
        ModelledConversation call = askable("POST", path);
        if (call == null) {
            return;
        }
        call.sent(model.now());
        switch (random.nextInt(6)) {
            case 0, 1 -> {
                int volume = random.nextInt(101);
                String tool = "{\"name\":\"self.audio_speaker.set_volume\",\"arguments\":";
                model.owner().ok("POST", path, tool + "{\"volume\":" + volume + "}}");
                assertThat(call.device.volume()).isEqualTo(volume);
                model.owner().fails(400, "POST", path, tool + "{\"volume\":101}}");
                model.owner().fails(400, "POST", path, tool + "[]}");
            }
            case 2 -> model.owner().fails(400, "POST", path, "{\"name\":\"self.no \\\"such\\\"\"}");
            case 3 -> {
                for (String tool : List.of("upgrade_firmware", "assets.set_download_url")) {
                    String body = "{\"name\":\"self." + tool + "\",\"arguments\":{\"url\":\"x\"}}";
                    model.owner().fails(403, "POST", path, body);
                }
            }
            case 4 ->
                    model.owner()
                            .ok("POST", path, "{\"name\":\"self.get_device_status\"}")
                            .path("content");
            default -> {
                call.expected.certain &= call.partner.quiet();
                model.owner().ok("POST", path, "{\"name\":\"self.reboot\"}");
                call.restarts(random.nextBoolean());
                call.modelledDevice.restarted(random);
            }
        }
    }

    private void deleteHistory() {
        String path = "/v1/devices/" + mac() + "/chat-history";
        if (model.refused("DELETE", path)) {
            return;
        }
        int lines = opened.stream().mapToInt(call -> call.expected.lines().size()).sum();
        boolean certain = opened.stream().allMatch(call -> call.expected.certain);
        if (lines == 0 && !certain) {
            return;
        }
        if (lines == 0 && pinned == null) {
            model.owner().fails(404, "DELETE", path, "");
            return;
        }
        int deleted = model.owner().ok("DELETE", path, "").path("deleted_count").asInt();
        if (certain) {
            assertThat(deleted).as("lines of history").isEqualTo(lines);
        } else {
            assertThat(deleted).as("lines of history").isGreaterThanOrEqualTo(lines);
        }
        opened.forEach(call -> call.expected.deleted());
    }

    /** The end of a turn: nothing is left unfinished. */
    void settle(Random random) {
        pairs.forEach(pair -> pair.settle(random));
    }

    /** For analysing a failure. */
    @Override
    public String toString() {
        var out = new StringBuilder();
        pairs.forEach(pair -> out.append(pair.name()).append(' ').append(mac()).append(", "));
        out.append(pinned == null ? "unbound" : "bound: " + pinned.name() + " to " + agent);
        journal.subList(Math.max(0, journal.size() - 40), journal.size())
                .forEach(line -> out.append("\n  ").append(line));
        if (!opened.isEmpty()) {
            out.append("\n  last: ").append(opened.getLast());
        }
        return out.toString();
    }
}
