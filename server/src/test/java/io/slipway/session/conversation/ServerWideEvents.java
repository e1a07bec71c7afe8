package io.slipway.session.conversation;

import io.slipway.session.conversation.ModelledAgent.Kind;
import io.slipway.session.conversation.Script.ServerStep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Events of the whole server while nobody speaks, and their expected consequences. */
final class ServerWideEvents {

    /** A session ends if nothing is sent to the device for this long. */
    private static final Duration IDLE = Duration.ofSeconds(100);

    private static final Duration MONTH = Duration.ofDays(31);

    private final ModelledServer model;
    private final List<String> journal = new ArrayList<>();

    ServerWideEvents(ModelledServer model) {
        this.model = model;
    }

    void perform(ServerStep serverStep) {
        var random = new Random(serverStep.salt());
        journal.add(serverStep.event().toString());
        switch (serverStep.event()) {
            case TIME_PASSES -> {
                int seconds =
                        random.nextInt(3) == 0 ? 100 + random.nextInt(21) : 1 + random.nextInt(99);
                pass(Duration.ofSeconds(seconds));
            }
            case A_MONTH_PASSES -> {
                pass(MONTH);
                model.signInAgain();
            }
            case BACKEND_CHANGES -> change(random);
            case BACKEND_RESTARTS -> restart(random);
            case BACKEND_HANGS_UP -> hangUp(random);
            case OWNER_DISABLED_OR_ENABLED -> model.enableOwner(!model.ownerEnabled());
            case AGENT_DELETED -> delete(random);
            case KEYS_ROTATED -> model.rotateKeys();
            case KEYS_REVOKED -> model.revokeKeys();
        }
    }

    private Stream<ModelledConversation> talking() {
        return model.calls().filter(ModelledConversation::talks);
    }

    private void pass(Duration time) {
        // What is waiting in memory is written with the time of its arrival.
        model.server.main.housekeep();
        model.server.clock.advance(time);
        long now = model.now();
        journal.add("  " + time);
        List<ModelledConversation> idle =
                talking().filter(call -> now - call.sentAt >= IDLE.toMillis()).toList();
        idle.forEach(ModelledConversation::closedQuietly);
    }

    private void change(Random random) {
        if (!model.ownerEnabled()) {
            return;
        }
        ModelledAgent agent = model.anyAgent(random);
        model.give(agent, kind(random), random.nextInt(4));
        journal.add("  " + agent);
        talking()
                .filter(call -> call.expected.agent == agent && call.modelledDevice.asks())
                .forEach(call -> {
                    call.updates++;
                    call.sent(model.now());
                });
    }

    private static Kind kind(Random random) {
        int drawn = random.nextInt(Stream.of(Kind.values()).mapToInt(kind -> kind.weight).sum());
        for (Kind kind : Kind.values()) {
            drawn -= kind.weight;
            if (drawn < 0) {
                return kind;
            }
        }
        throw new AssertionError();
    }

    private void restart(Random random) {
        Kind[] kinds = {Kind.ANSWERS, Kind.ANSWERS, Kind.RUDE, Kind.STALLS, Kind.SILENT};
        Kind kind = kinds[random.nextInt(kinds.length)];
        List<ModelledConversation> cut = talking().filter(call -> call.kind == kind).toList();
        List<Integer> marks = cut.stream().map(call -> call.received.mark()).toList();
        model.backends.get(kind).restart();
        for (int i = 0; i < cut.size(); i++) {
            cut.get(i).told(ExpectedAdmission.LOST, marks.get(i));
        }
        cut.forEach(call -> call.leave(random));
        cut.forEach(call -> call.modelledDevice.settle(random));
    }

    private void hangUp(Random random) {
        Kind kind = random.nextBoolean() ? Kind.ANSWERS : Kind.RUDE;
        List<ModelledConversation> ended = talking().filter(call -> call.kind == kind).toList();
        model.backends.get(kind).hangUp();
        ended.forEach(ModelledConversation::closedQuietly);
    }

    // Another one takes its place.
    private void delete(Random random) {
        if (!model.ownerEnabled()) {
            return;
        }
        ModelledAgent agent = model.anyAgent(random);
        journal.add("  " + agent);
        model.server.main.housekeep();
        model.owner().ok("DELETE", "/xiaozhi/agent/" + agent.id, "");
        agent.deleted = true;
        model.agents.remove(agent);
        for (ModelledMac mac : model.macs) {
            mac.agent = mac.agent == agent ? null : mac.agent;
        }
        model.calls().forEach(call -> call.expected.gone(agent));
        ModelledAgent next = model.addAgent(agent.keeps);
        model.give(next, kind(random), 0);
        // Devices lose their agent on a separate thread.
        model.awaitAgents();
    }

    @Override
    public String toString() {
        List<String> last = journal.subList(Math.max(0, journal.size() - 20), journal.size());
        return String.join("\n  ", last);
    }
}
