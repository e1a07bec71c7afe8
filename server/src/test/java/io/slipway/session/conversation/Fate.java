package io.slipway.session.conversation;

import io.slipway.session.conversation.Persona.Kind;
import io.slipway.session.conversation.Script.Happening;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** What happens to the whole town while nobody speaks, and what must come of it. */
final class Fate {

    /** A session in which nothing is sent to the device for so long ends. */
    private static final Duration IDLE = Duration.ofSeconds(100);

    private static final Duration MONTH = Duration.ofDays(31);

    private final Town town;
    private final List<String> journal = new ArrayList<>();

    Fate(Town town) {
        this.town = town;
    }

    void strike(Happening happening) {
        var random = new Random(happening.salt());
        journal.add(happening.event().toString());
        switch (happening.event()) {
            case TIME_PASSES -> {
                int seconds =
                        random.nextInt(3) == 0 ? 100 + random.nextInt(21) : 1 + random.nextInt(99);
                pass(Duration.ofSeconds(seconds));
            }
            case A_MONTH_PASSES -> {
                pass(MONTH);
                town.signInAgain();
            }
            case BACKEND_CHANGES -> change(random);
            case BACKEND_RESTARTS -> restart(random);
            case BACKEND_HANGS_UP -> hangUp(random);
            case OWNER_DISABLED_OR_ENABLED -> town.enableOwner(!town.ownerEnabled());
            case AGENT_DELETED -> delete(random);
            case KEYS_ROTATED -> town.rotateKeys();
            case KEYS_REVOKED -> town.revokeKeys();
        }
    }

    private Stream<Call> talking() {
        return town.calls().filter(Call::talks);
    }

    private void pass(Duration time) {
        // What waits in memory is written with the time at which it came.
        town.server.main.housekeep();
        town.server.clock.advance(time);
        long now = town.now();
        journal.add("  " + time);
        List<Call> idle = talking().filter(call -> now - call.sentAt >= IDLE.toMillis()).toList();
        idle.forEach(Call::closedQuietly);
    }

    private void change(Random random) {
        if (!town.ownerEnabled()) {
            return;
        }
        Persona agent = town.anyAgent(random);
        town.give(agent, kind(random), random.nextInt(4));
        journal.add("  " + agent);
        talking()
                .filter(call -> call.kept.persona == agent && call.handset.asks())
                .forEach(call -> {
                    call.updates++;
                    call.sent(town.now());
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
        List<Call> cut = talking().filter(call -> call.kind == kind).toList();
        List<Integer> marks = cut.stream().map(call -> call.ear.mark()).toList();
        town.backends.get(kind).restart();
        for (int i = 0; i < cut.size(); i++) {
            cut.get(i).told(Verdict.LOST, marks.get(i));
        }
        cut.forEach(call -> call.leave(random));
        cut.forEach(call -> call.handset.settle(random));
    }

    private void hangUp(Random random) {
        Kind kind = random.nextBoolean() ? Kind.ANSWERS : Kind.RUDE;
        List<Call> ended = talking().filter(call -> call.kind == kind).toList();
        town.backends.get(kind).hangUp();
        ended.forEach(Call::closedQuietly);
    }

    // Another takes its place.
    private void delete(Random random) {
        if (!town.ownerEnabled()) {
            return;
        }
        Persona agent = town.anyAgent(random);
        journal.add("  " + agent);
        town.server.main.housekeep();
        town.owner().ok("DELETE", "/xiaozhi/agent/" + agent.id, "");
        agent.deleted = true;
        town.agents.remove(agent);
        for (House house : town.houses) {
            house.agent = house.agent == agent ? null : house.agent;
        }
        town.calls().forEach(call -> call.kept.gone(agent));
        Persona next = town.addAgent(agent.keeps);
        town.give(next, kind(random), 0);
        // Devices lose the agent on a thread of its own.
        town.awaitAgents();
    }

    @Override
    public String toString() {
        List<String> last = journal.subList(Math.max(0, journal.size() - 20), journal.size());
        return String.join("\n  ", last);
    }
}
