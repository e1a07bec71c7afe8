package io.slipway.rollout.grant;

import io.slipway.event.EventType;
import io.slipway.event.NewEvent;
import io.slipway.rollout.rules.attempt.Attempt;
import io.slipway.rollout.rules.attempt.AttemptRow;
import io.slipway.rollout.rules.attempt.Cause;
import io.slipway.rollout.rules.attempt.Stratum;
import io.slipway.rollout.rules.attempt.Transition;
import io.slipway.rollout.rules.gate.CountedDevices;
import io.slipway.rollout.rules.gate.Halts;
import io.slipway.rollout.rules.gate.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Changes that are published to the feed and to webhooks. */
final class RolloutEvents {

    private RolloutEvents() {}

    /** The events for a change of a device's attempt. */
    static List<NewEvent> of(LoadedRollout loaded, AttemptRow row, Transition.StateChange change) {
        var events = new ArrayList<NewEvent>();
        Attempt attempt = row.attempt();
        EventType type = type(change);
        var data = new LinkedHashMap<String, Object>();
        data.put("version", attempt.subject().build().version());
        data.put("from", attempt.offer().terms().from().version());
        data.put("stage", attempt.subject().stage() + 1);
        data.put("state", change.to().name());
        data.put("cause", change.cause().name());
        if (type != null) {
            events.add(event(type, loaded, row, data));
        }
        if (change.quarantines()) {
            events.add(event(EventType.QUARANTINED, loaded, row, data));
        }
        return events;
    }

    private static NewEvent event(
            EventType type, LoadedRollout loaded, AttemptRow row, Map<String, Object> data) {
        return new NewEvent(
                type,
                loaded.row().making().accountId(),
                loaded.id(),
                row.attempt().subject().build().id(),
                row.mac().toString(),
                data);
    }

    private static @Nullable EventType type(Transition.StateChange change) {
        if (change.cause() == Cause.CLEARED) {
            return EventType.QUARANTINE_CLEARED;
        }
        return switch (change.to()) {
            case OFFERED -> EventType.OFFERED;
            case DOWNLOADED -> EventType.DOWNLOADED;
            case CONFIRMED -> EventType.CONFIRMED;
            case INSTALL_FAILED, FAILED -> EventType.FAILED;
            case ROLLED_BACK -> EventType.ROLLED_BACK;
            case REGRESSED -> EventType.REGRESSED;
            case SILENT -> change.cause() == Cause.SILENT ? EventType.SILENT : null;
            case LOST -> EventType.LOST;
            case DELIVERY_FAILED -> EventType.DELIVERY_FAILED;
            case EXTERNAL ->
                    change.cause() == Cause.IMITATED
                            ? EventType.SAME_VERSION_OTHER_BUILD
                            : EventType.EXTERNAL;
            // Intermediate steps, which the rollout's page shows.
            case ELIGIBLE, DOWNLOADING, LAPSED, BOOTED, SUPERSEDED -> null;
        };
    }

    /** The events for a verdict of a rollout's gates. */
    static List<NewEvent> of(
            LoadedRollout loaded, GateRunner.GateOutcome outcome, Halts before, int stage) {
        var events = new ArrayList<NewEvent>();
        Halts halts = loaded.gateState().halts();
        for (Stratum stratum : halts.strata()) {
            if (!before.strata().contains(stratum)) {
                events.add(of(EventType.STRATUM_HALTED, loaded, stopped(loaded, stratum, stage)));
            }
        }
        for (Stratum stratum : halts.paused()) {
            if (!before.paused().contains(stratum)) {
                events.add(of(EventType.STRATUM_PAUSED, loaded, stopped(loaded, stratum, stage)));
            }
        }
        Map<String, Object> data = verdictData(loaded.gateState().verdict(), stage);
        switch (outcome) {
            case HALTED -> events.add(of(EventType.ROLLOUT_HALTED, loaded, data));
            case PAUSED -> events.add(of(EventType.ROLLOUT_PAUSED, loaded, data));
            case PROMOTED -> {
                events.add(of(EventType.GATE_PASSED, loaded, data));
                events.add(
                        of(EventType.STAGE_STARTED, loaded, Map.of("stage", loaded.stage() + 1)));
            }
            case PASSED -> {
                data.put("last", true);
                events.add(of(EventType.GATE_PASSED, loaded, data));
            }
            case NOTHING -> {}
        }
        return events;
    }

    /** A person has decided that the waiting strata stay stopped. */
    static List<NewEvent> halted(String by, String why, LoadedRollout loaded, Set<Stratum> groups) {
        var events = new ArrayList<NewEvent>();
        for (Stratum group : groups) {
            Map<String, Object> data = stopped(loaded, group, loaded.stage());
            data.put("by", by);
            data.put("why", why);
            events.add(of(EventType.STRATUM_HALTED, loaded, data));
        }
        return events;
    }

    private static Map<String, Object> stopped(LoadedRollout loaded, Stratum stratum, int stage) {
        var data = verdictData(loaded.gateState().strata().get(stratum), stage);
        data.put("board", stratum.board());
        data.put("chip", stratum.chip());
        data.put("scheme", stratum.scheme().name());
        data.put("from", stratum.from());
        return data;
    }

    private static Map<String, Object> verdictData(@Nullable Verdict verdict, int stage) {
        var data = new LinkedHashMap<String, Object>();
        data.put("stage", stage + 1);
        if (verdict != null) {
            data.put("reason", verdict.reason().name());
            data.put("zh", verdict.why().zh());
            data.put("en", verdict.why().en());
            CountedDevices counted = verdict.counted();
            if (!counted.equals(CountedDevices.NONE)) {
                data.put(
                        "counted",
                        Map.of("zh", counted.sentence().zh(), "en", counted.sentence().en()));
            }
        }
        return data;
    }

    static NewEvent of(EventType type, LoadedRollout loaded, Map<String, Object> data) {
        var named = new LinkedHashMap<String, Object>(data);
        named.put("name", loaded.plan().name());
        return new NewEvent(
                type,
                loaded.row().making().accountId(),
                loaded.id(),
                loaded.row().purpose().build(),
                "",
                named);
    }
}
