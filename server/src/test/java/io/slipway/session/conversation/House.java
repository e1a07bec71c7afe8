package io.slipway.session.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.session.conversation.Script.Deed;
import io.slipway.simulator.board.Variant;
import io.slipway.simulator.talk.TalkMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * All that calls itself by one MAC: mostly one device, sometimes a second pair too; its binding as
 * the mirror knows it, and what is done there. One thread at a time.
 */
final class House {

    final Town town;
    final List<Handset> pairs = new ArrayList<>();

    /** Which of its pairs is bound, null for none. */
    Handset pinned;

    Persona agent;

    /** Grows with each new binding. */
    int epoch;

    /** When its pinned pair was last seen, by the town's clock. */
    long seenAt;

    private final boolean mayBeBound;
    private final List<Call> opened = new ArrayList<>();
    private final List<String> journal = new ArrayList<>();

    House(Town town, boolean mayBeBound) {
        this.town = town;
        this.mayBeBound = mayBeBound;
    }

    String mac() {
        return pairs.getFirst().profile.mac();
    }

    void note(String what) {
        journal.add(what);
    }

    void opened(Call call) {
        opened.add(call);
    }

    List<Call> calls() {
        return opened;
    }

    void perform(Deed deed) {
        var random = new Random(deed.salt());
        Handset handset = pairs.get(deed.pair());
        note(deed.act() + " " + (pairs.size() > 1 ? handset.name() : ""));
        switch (deed.act()) {
            case BOOT -> handset.boot();
            case OPEN -> handset.open(random);
            case OPEN_WITH_A_FORGED_TOKEN -> handset.openWithAForgedToken(random);
            case BIND -> bind(handset, random);
            case UNBIND -> unbind();
            case MOVE -> move(town.anyAgent(random));
            case END_SESSION -> endSession(handset, random);
            case REBOOT -> reboot(random);
            case LIST_TOOLS -> listTools();
            case CALL_TOOL -> callTool(random);
            case DELETE_HISTORY -> deleteHistory();
            case WAKE, LISTEN, SPEAK, STOP, HEAR_OUT, ABORT, NONSENSE, LOSE, HANG_UP, VANISH -> {
                Call call = handset.talking(random);
                if (call != null) {
                    talk(deed, call, random);
                }
            }
        }
    }

    private void talk(Deed deed, Call call, Random random) {
        Partner partner = call.partner;
        switch (deed.act()) {
            case WAKE -> partner.wake(Speech.frames(random, random.nextInt(20), 0), "你好小智");
            case LISTEN -> partner.listen(one(random, TalkMode.values()));
            case SPEAK -> {
                if (call.kind == Persona.Kind.STALLS && random.nextInt(5) == 0) {
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
            default -> throw new IllegalArgumentException(deed.toString());
        }
    }

    private static <T> T one(Random random, T[] of) {
        return of[random.nextInt(of.length)];
    }

    private void nonsense(Call call, Random random) {

        Nonsense nonsense = one(random, Nonsense.values());
        note("  " + nonsense);
        if (nonsense.ends()) {
            call.kept.certain &= call.partner.quiet();
            nonsense.say(call, random);
            call.cut();
        } else {
            call.partner.hearOut();
            nonsense.say(call, random);
        }
    }

    /** The owner enters what the device shows. */
    void bind(Handset handset, Random random) {
        if (!mayBeBound || handset.bound()) {
            return;
        }
        String code = handset.code();
        Persona wanted = town.anyAgent(random);
        String path = "/xiaozhi/device/bind/" + wanted.id + "/" + code;
        if (town.refused("POST", path)) {
            return;
        }
        JsonNode bound = town.owner().ok("POST", path, "");
        assertThat(bound.path("macAddress").asText()).isEqualTo(mac());
        if (pinned == null) {
            epoch++;
            agent = wanted;
        } else {
            // The pin moves to the other pair: the device keeps its agent (decisions D1).
            agent = agent == null ? wanted : agent;
        }
        pinned = handset;
        seenAt = town.now();
        handset.wasBound();
        note("  bound to " + agent);
        updated(handset);
        if (random.nextInt(4) > 0) {
            handset.boot();
        }
    }

    /** Its binding or agent has changed while it talks. */
    void updated(Handset handset) {
        Call call = handset.talk();
        if (call != null && handset.asks()) {
            call.updates++;
            call.sent(town.now());
        }
    }

    private void unbind() {
        String body = "{\"deviceId\":\"" + mac() + "\"}";
        if (town.refused("POST", "/xiaozhi/device/unbind")) {
            return;
        }
        if (pinned == null) {
            town.owner().fails(404, "POST", "/xiaozhi/device/unbind", body);
            return;
        }
        town.owner().ok("POST", "/xiaozhi/device/unbind", body);
        pinned = null;
        agent = null;
    }

    private void move(Persona to) {
        String path = "/v1/devices/" + mac() + "/agent/" + to.id;
        if (town.refused("PUT", path)) {
            return;
        }
        if (pinned == null) {
            town.owner().fails(404, "PUT", path, "{}");
            return;
        }
        // What was said until now is kept, or not, by the agent that it was said to.
        town.server.main.housekeep();
        town.owner().ok("PUT", path, "{}");
        note("  moved to " + to);
        agent = to;
        opened.forEach(call -> call.kept.moved(to));
        updated(pinned);
    }

    private void endSession(Handset handset, Random random) {
        Call call = handset.talk();
        if (call == null && handset.calls.isEmpty()) {
            return;
        }
        Call last = call == null ? handset.calls.getLast() : call;
        String path = "/v1/sessions/" + last.session;
        if (last.session.isEmpty() || last.ghost || town.refused("DELETE", path)) {
            return;
        }
        if (call == null) {
            town.gone(List.of(last));
            town.owner().fails(404, "DELETE", path, "");
            return;
        }
        call.kept.certain &= call.partner.quiet();
        int mark = call.ear.mark();
        town.owner().ok("DELETE", path, "");
        call.told(Verdict.ENDED, mark);
        call.leave(random);
    }

    /** Which call the console means: the newest of the device as it is bound now. */
    private Call reachable() {
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
        if (!byAdmin && town.refused("POST", path)) {
            return;
        }
        var person = byAdmin ? town.admin() : town.owner();
        Call call = reachable();
        if (call != null && call.ghost) {
            // The server may have found out, or not.
            assertThat(person.raw("POST", path, "").statusCode()).isIn(200, 404);
        } else if (call == null) {
            town.until404(person, path);
        } else {
            call.kept.certain &= call.partner.quiet();
            person.ok("POST", path, "");
            call.restarts(random.nextInt(3) > 0);
            call.handset.restarted(random);
        }
    }

    // What has just ended for its device may take the server a moment.
    private void settled() {
        town.gone(opened.stream().filter(call -> !call.talks() && !call.ghost).toList());
    }

    private void listTools() {
        String path = "/v1/devices/" + mac() + "/tools";
        Call call = askable("GET", path);
        if (call == null) {
            return;
        }
        JsonNode tools = town.owner().ok("GET", path, "").path("tools");
        call.sent(town.now());
        var variant = call.handset.profile.variant();
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

    // Null when there is nobody to ask, which is checked here.
    private Call askable(String method, String path) {
        Call call = reachable();
        boolean skipped = call != null && (call.ghost || !call.handset.hasTools());
        if (skipped || town.refused(method, path)) {
            return null;
        }
        if (call == null) {
            settled();
            town.owner().fails(404, method, path, "{\"name\":\"self.get_device_status\"}");
        }
        return call;
    }

    private void callTool(Random random) {
        String path = "/v1/devices/" + mac() + "/tools/call";
        Call call = askable("POST", path);
        if (call == null) {
            return;
        }
        call.sent(town.now());
        switch (random.nextInt(6)) {
            case 0, 1 -> {
                int volume = random.nextInt(101);
                String tool = "{\"name\":\"self.audio_speaker.set_volume\",\"arguments\":";
                town.owner().ok("POST", path, tool + "{\"volume\":" + volume + "}}");
                assertThat(call.device.volume()).isEqualTo(volume);
                town.owner().fails(400, "POST", path, tool + "{\"volume\":101}}");
                town.owner().fails(400, "POST", path, tool + "[]}");
            }
            case 2 -> town.owner().fails(400, "POST", path, "{\"name\":\"self.no \\\"such\\\"\"}");
            case 3 -> {
                for (String tool : List.of("upgrade_firmware", "assets.set_download_url")) {
                    String body = "{\"name\":\"self." + tool + "\",\"arguments\":{\"url\":\"x\"}}";
                    town.owner().fails(403, "POST", path, body);
                }
            }
            case 4 ->
                    town.owner()
                            .ok("POST", path, "{\"name\":\"self.get_device_status\"}")
                            .path("content");
            default -> {
                call.kept.certain &= call.partner.quiet();
                town.owner().ok("POST", path, "{\"name\":\"self.reboot\"}");
                call.restarts(random.nextBoolean());
                call.handset.restarted(random);
            }
        }
    }

    private void deleteHistory() {
        String path = "/v1/devices/" + mac() + "/chat-history";
        if (town.refused("DELETE", path)) {
            return;
        }
        int lines = opened.stream().mapToInt(call -> call.kept.lines().size()).sum();
        boolean certain = opened.stream().allMatch(call -> call.kept.certain);
        if (lines == 0 && !certain) {
            return;
        }
        if (lines == 0 && pinned == null) {
            town.owner().fails(404, "DELETE", path, "");
            return;
        }
        int deleted = town.owner().ok("DELETE", path, "").path("deleted_count").asInt();
        if (certain) {
            assertThat(deleted).as("lines of history").isEqualTo(lines);
        } else {
            assertThat(deleted).as("lines of history").isGreaterThanOrEqualTo(lines);
        }
        opened.forEach(call -> call.kept.deleted());
    }

    /** The end of a turn: nobody is left in the middle of something. */
    void settle(Random random) {
        pairs.forEach(pair -> pair.settle(random));
    }

    /** For whoever has to find out what went wrong. */
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
