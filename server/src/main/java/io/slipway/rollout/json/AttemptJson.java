package io.slipway.rollout.json;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.firmware.Scheme;
import io.slipway.http.Json;
import io.slipway.rollout.rules.attempt.Attempt;
import io.slipway.rollout.rules.attempt.BuildRef;
import io.slipway.rollout.rules.attempt.OfferTerms;
import io.slipway.rollout.rules.attempt.Outages;
import io.slipway.rollout.rules.attempt.RunningBuild;
import io.slipway.rollout.rules.attempt.Stratum;
import io.slipway.rollout.rules.attempt.Tally;
import java.util.ArrayList;
import java.util.List;

/**
 * The parts of an attempt as stored: JSON arrays, because there are millions of them. Reads only
 * what was written here.
 */
public final class AttemptJson {

    /** Marks a span that was no outage: the clock was set. */
    private static final long STEP = 1;

    private AttemptJson() {}

    public static String of(Stratum s) {
        return Json.text(List.of(s.board(), s.chip(), s.scheme().name(), s.from()));
    }

    public static Stratum stratum(String json) {
        JsonNode n = Json.read(json);
        return new Stratum(text(n, 0), text(n, 1), scheme(n.get(2)), text(n, 3));
    }

    private static Scheme scheme(JsonNode n) {
        return Scheme.valueOf(n.asText());
    }

    public static List<Object> of(RunningBuild r) {
        return List.of(r.version(), r.elf(), r.slot());
    }

    public static RunningBuild running(JsonNode n) {
        return new RunningBuild(text(n, 0), text(n, 1), text(n, 2));
    }

    public static List<Object> of(BuildRef b) {
        return List.of(b.id(), b.version(), b.elf());
    }

    public static BuildRef build(JsonNode n) {
        return new BuildRef(text(n, 0), text(n, 1), text(n, 2));
    }

    public static String of(Attempt.LastOffer o) {
        return Json.text(
                List.of(
                        o.id(),
                        of(o.terms().from()),
                        bit(o.terms().force()),
                        bit(o.terms().visible()),
                        o.at(),
                        o.download().id(),
                        o.download().beganAt(),
                        o.download().endedAt(),
                        o.bootedAt()));
    }

    public static Attempt.LastOffer offer(String json) {
        JsonNode n = Json.read(json);
        return new Attempt.LastOffer(
                text(n, 0),
                new OfferTerms(running(n.get(1)), flag(n, 2), flag(n, 3)),
                number(n, 4),
                new Attempt.ImageDownload(text(n, 5), number(n, 6), number(n, 7)),
                number(n, 8));
    }

    public static String of(Attempt.OfferHistory p) {
        return Json.text(
                List.of(
                        p.offers(),
                        p.installFailures(),
                        p.deliveryFailures(),
                        p.blindReturns(),
                        bit(p.missing()),
                        bit(p.delivered()),
                        bit(p.crashed()),
                        bit(p.quarantined())));
    }

    public static Attempt.OfferHistory past(String json) {
        JsonNode n = Json.read(json);
        return new Attempt.OfferHistory(
                (int) number(n, 0),
                (int) number(n, 1),
                (int) number(n, 2),
                (int) number(n, 3),
                flag(n, 4),
                flag(n, 5),
                flag(n, 6),
                flag(n, 7));
    }

    public static String of(Attempt.LastCheckIn l) {
        return Json.text(List.of(of(l.running()), l.at(), l.restarts(), l.restartsSince()));
    }

    public static Attempt.LastCheckIn last(String json) {
        JsonNode n = Json.read(json);
        return new Attempt.LastCheckIn(
                running(n.get(0)), number(n, 1), (int) number(n, 2), number(n, 3));
    }

    /** Inverse of {@link Tally#counts}. */
    public static Tally tally(JsonNode n) {
        return new Tally(
                number(n, 0),
                number(n, 1),
                new Tally.Outcomes(number(n, 2), number(n, 3), number(n, 5)),
                number(n, 4),
                number(n, 6),
                number(n, 10),
                new Tally.LastDeliveries(number(n, 7), number(n, 8)),
                number(n, 9));
    }

    /** Empty for none, which is nearly always the case. */
    public static String of(Outages outages) {
        if (outages.none()) {
            return "";
        }
        var all = new ArrayList<List<Long>>();
        outages.spans().forEach(s -> all.add(List.of(s.from(), s.to())));
        outages.steps().forEach(s -> all.add(List.of(s.from(), s.to(), STEP)));
        return Json.text(all);
    }

    public static Outages outages(String json) {
        if (json.isEmpty()) {
            return Outages.NONE;
        }
        var spans = new ArrayList<Outages.Span>();
        var steps = new ArrayList<Outages.Span>();
        Json.read(json)
                .forEach(n ->
                        (n.has(2) ? steps : spans)
                                .add(new Outages.Span(number(n, 0), number(n, 1))));
        return new Outages(spans, steps);
    }

    public static int bit(boolean value) {
        return value ? 1 : 0;
    }

    private static String text(JsonNode n, int at) {
        return n.get(at).asText();
    }

    private static long number(JsonNode n, int at) {
        return n.get(at).asLong();
    }

    private static boolean flag(JsonNode n, int at) {
        return n.get(at).asInt() == 1;
    }
}
