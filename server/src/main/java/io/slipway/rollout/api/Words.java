package io.slipway.rollout.api;

import io.slipway.rollout.rules.attempt.BuildRef;
import io.slipway.rollout.rules.attempt.Cause;
import io.slipway.rollout.rules.attempt.Stratum;
import io.slipway.rollout.rules.attempt.Tally;
import io.slipway.rollout.rules.gate.CountedDevices;
import io.slipway.rollout.rules.gate.Verdict;
import io.slipway.rollout.rules.plan.Refusal;
import io.slipway.text.Sentence;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Small things as the console API shows them: a code for programs beside each sentence. */
final class Words {

    private Words() {}

    static @Nullable String time(long at) {
        return at == 0 ? null : Instant.ofEpochMilli(at).toString();
    }

    static Map<String, Object> sentence(Sentence sentence) {
        var view = new LinkedHashMap<String, Object>();
        view.put("zh", sentence.zh());
        view.put("en", sentence.en());
        return view;
    }

    static Map<String, Object> cause(Cause cause) {
        var view = new LinkedHashMap<String, Object>();
        view.put("code", cause.name());
        view.putAll(sentence(cause.sentence()));
        return view;
    }

    static Map<String, @Nullable Object> refusal(Refusal refusal, String detail) {
        var view = new LinkedHashMap<String, @Nullable Object>();
        view.put("code", refusal.name());
        view.putAll(sentence(refusal.sentence()));
        view.put("detail", detail);
        view.put("passes", refusal.passes());
        // What an earlier release kept of a window has no time.
        view.put("goesOnAt", refusal.timed() && !detail.isEmpty() ? detail : null);
        return view;
    }

    static @Nullable Map<String, Object> verdict(@Nullable Verdict verdict) {
        if (verdict == null) {
            return null;
        }
        var view = new LinkedHashMap<String, Object>();
        view.put("code", verdict.reason().name());
        view.put("move", verdict.move().name());
        view.putAll(sentence(verdict.why()));
        view.put("counted", counted(verdict.counted()));
        return view;
    }

    private static Map<String, Object> counted(CountedDevices counted) {
        var view = new LinkedHashMap<String, Object>();
        view.put("full", counted.full());
        view.put("accounts", counted.accounts());
        view.put("others", counted.others());
        view.put("othersCounted", counted.othersCounted());
        view.put("leftOut", counted.leftOut());
        view.putAll(sentence(counted.sentence()));
        return view;
    }

    static Map<String, @Nullable Object> stratum(Stratum stratum) {
        var view = new LinkedHashMap<String, @Nullable Object>();
        view.put("board", stratum.board());
        view.put("chip", stratum.chip());
        view.put("scheme", stratum.scheme().name());
        view.put("from", stratum.from());
        return view;
    }

    static Map<String, Object> build(BuildRef build) {
        var view = new LinkedHashMap<String, Object>();
        view.put("id", build.id());
        view.put("version", build.version());
        view.put("elfSha256", build.elf());
        return view;
    }

    static Map<String, Object> tally(Tally tally) {
        var view = new LinkedHashMap<String, Object>();
        view.put("offered", tally.offered());
        view.put("inFlight", tally.inFlight());
        view.put("good", tally.good());
        view.put("bad", tally.bad());
        view.put("silent", tally.silent());
        view.put("overdue", tally.overdue());
        view.put("undelivered", tally.undelivered());
        view.put("missing", tally.missing());
        view.put("delivered", tally.delivered());
        view.put("crashed", tally.crashed());
        view.put("left", tally.left());
        view.put("decided", tally.decided());
        view.put("waiting", tally.waiting());
        return view;
    }

    static List<Map<String, Object>> refusals(Map<Refusal, Long> counts) {
        return counts.entrySet().stream()
                .sorted(Map.Entry.<Refusal, Long>comparingByValue().reversed())
                .map(entry -> {
                    Map<String, Object> view = new LinkedHashMap<>();
                    view.put("code", entry.getKey().name());
                    view.putAll(sentence(entry.getKey().sentence()));
                    view.put("devices", entry.getValue());
                    return view;
                })
                .toList();
    }
}
