package io.slipway.session.conversation;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * What happens to a server and its devices, generated at random: the same seed gives the same
 * script. A step that makes no sense at its point, such as unbinding a device that is not bound, is
 * a valid step.
 */
record Script(long seed, List<Round> rounds) {

    /** An action of a device, of the person in front of it, or of its owner in the console. */
    enum Act {
        BOOT(4),
        OPEN(6),
        OPEN_WITH_A_FORGED_TOKEN(2),
        WAKE(9),
        LISTEN(10),
        SPEAK(14),
        STOP(9),
        HEAR_OUT(3),
        ABORT(6),
        NONSENSE(14),
        LOSE(3),
        HANG_UP(3),
        VANISH(2),
        BIND(5),
        UNBIND(2),
        MOVE(5),
        END_SESSION(3),
        REBOOT(2),
        LIST_TOOLS(3),
        CALL_TOOL(5),
        DELETE_HISTORY(2);

        private final int weight;

        Act(int weight) {
            this.weight = weight;
        }
    }

    /** What happens to all devices. */
    enum Event {
        TIME_PASSES(12),
        BACKEND_CHANGES(5),
        BACKEND_RESTARTS(3),
        BACKEND_HANGS_UP(1),
        OWNER_DISABLED_OR_ENABLED(2),
        AGENT_DELETED(2),
        KEYS_ROTATED(2),
        KEYS_REVOKED(2),
        A_MONTH_PASSES(0);

        private final int weight;

        Event(int weight) {
            this.weight = weight;
        }
    }

    /**
     * @param pair which of its MAC's devices
     * @param salt seed of everything else that is random in the step
     */
    record DeviceStep(Act act, int pair, long salt) {}

    record ServerStep(Event event, long salt) {}

    /**
     * @param serverSteps come first, one after the other
     * @param deviceSteps one list per MAC; the MACs don't wait for each other
     */
    record Round(List<ServerStep> serverSteps, List<List<DeviceStep>> deviceSteps) {

        int steps() {
            return serverSteps.size() + deviceSteps.stream().mapToInt(List::size).sum();
        }
    }

    private static final int MOST_DEEDS = 7;

    /** What people do, one after the other. */
    private static final List<List<Act>> PHRASES =
            List.of(
                    List.of(Act.WAKE, Act.LISTEN, Act.SPEAK, Act.HEAR_OUT, Act.SPEAK),
                    List.of(Act.LISTEN, Act.SPEAK, Act.STOP, Act.HEAR_OUT),
                    List.of(Act.LISTEN, Act.NONSENSE, Act.SPEAK, Act.STOP),
                    List.of(Act.LISTEN, Act.SPEAK, Act.ABORT, Act.LISTEN, Act.SPEAK),
                    List.of(Act.LISTEN, Act.SPEAK, Act.LOSE, Act.WAKE),
                    List.of(Act.SPEAK, Act.STOP, Act.END_SESSION, Act.OPEN),
                    List.of(Act.UNBIND, Act.SPEAK, Act.BIND, Act.OPEN),
                    List.of(Act.WAKE, Act.MOVE, Act.SPEAK, Act.DELETE_HISTORY, Act.WAKE));

    /**
     * @param pairs how many devices each MAC has
     */
    static Script of(long seed, int steps, List<Integer> pairs) {
        var random = new Random(seed);
        var rounds = new ArrayList<Round>();
        int left = steps;
        while (left > 0) {
            Round round = round(random, left, pairs);
            rounds.add(round);
            left -= round.steps();
        }
        // Once is enough: it ends everything in progress.
        int half = rounds.size() / 2;
        rounds.get(half).serverSteps().add(new ServerStep(Event.A_MONTH_PASSES, random.nextLong()));
        return new Script(seed, List.copyOf(rounds));
    }

    private static Round round(Random random, int most, List<Integer> pairs) {
        int left = most;
        var serverSteps = new ArrayList<ServerStep>();
        for (int i = random.nextInt(4); i > 0 && left > 0; i--, left--) {
            serverSteps.add(new ServerStep(event(random), random.nextLong()));
        }
        var deviceSteps = new ArrayList<List<DeviceStep>>();
        for (int count : pairs) {
            var own = new ArrayList<DeviceStep>();
            int wanted = random.nextInt(4) == 0 ? 0 : 1 + random.nextInt(MOST_DEEDS);
            while (own.size() < wanted && own.size() < left) {
                int pair = random.nextInt(count);
                for (Act act : some(random)) {
                    own.add(new DeviceStep(act, pair, random.nextLong()));
                }
            }
            left -= own.size();
            deviceSteps.add(own);
        }
        return new Round(serverSteps, deviceSteps);
    }

    private static List<Act> some(Random random) {
        return random.nextInt(4) == 0
                ? PHRASES.get(random.nextInt(PHRASES.size()))
                : List.of(act(random));
    }

    private static Act act(Random random) {
        int drawn = random.nextInt(sum(Act.values()));
        for (Act act : Act.values()) {
            drawn -= act.weight;
            if (drawn < 0) {
                return act;
            }
        }
        throw new AssertionError();
    }

    private static int sum(Act[] acts) {
        int sum = 0;
        for (Act act : acts) {
            sum += act.weight;
        }
        return sum;
    }

    private static Event event(Random random) {
        int sum = 0;
        for (Event event : Event.values()) {
            sum += event.weight;
        }
        int drawn = random.nextInt(sum);
        for (Event event : Event.values()) {
            drawn -= event.weight;
            if (drawn < 0) {
                return event;
            }
        }
        throw new AssertionError();
    }

    int steps() {
        return rounds.stream().mapToInt(Round::steps).sum();
    }

    /** How often each action occurs, to see what was tested. */
    Map<Act, Integer> acts() {
        var acts = new EnumMap<Act, Integer>(Act.class);
        rounds.forEach(round ->
                round.deviceSteps()
                        .forEach(own ->
                                own.forEach(step -> acts.merge(step.act(), 1, Integer::sum))));
        return acts;
    }
}
