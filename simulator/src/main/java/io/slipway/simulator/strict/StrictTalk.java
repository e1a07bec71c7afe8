package io.slipway.simulator.strict;

import java.util.List;
import java.util.Set;

/**
 * Parses a server's texts as all firmware releases together do, and names the rule of
 * device-contract that would make one of them panic.
 */
public final class StrictTalk {

    /** Members that some firmware reads. */
    private static final List<String> LOOKED_AT =
            List.of(
                    "type",
                    "transport",
                    "session_id",
                    "audio_params",
                    "state",
                    "text",
                    "emotion",
                    "payload",
                    "command",
                    "commands",
                    "status",
                    "message");

    private static final Set<Double> DURATIONS =
            Set.of(5.0, 10.0, 20.0, 40.0, 60.0, 80.0, 100.0, 120.0);
    private static final Set<Double> RATES = Set.of(8e3, 12e3, 16e3, 24e3, 48e3);

    private final CJson.Fields root;
    private final String type;

    private StrictTalk(CJson.Fields root, String type) {
        this.root = root;
        this.type = type;
    }

    /**
     * @throws RuleBroken if some device would break
     */
    public static UnderstoodMessage read(String text) {
        CJson parsed;
        try {
            parsed = CJson.parse(text);
        } catch (IllegalArgumentException e) {
            throw new RuleBroken("R13", "not JSON: " + e.getMessage());
        }
        if (!(parsed instanceof CJson.Fields root)) {
            throw new RuleBroken("R13", "not a JSON object");
        }
        for (String name : LOOKED_AT) {
            // A server and a device may use different ones.
            if (root.count(name) > 1) {
                throw new RuleBroken("§7.4", name + " twice");
            }
        }
        String type = root.text("type");
        if (type == null) {
            throw new RuleBroken("R13", "a message without a string type");
        }
        return new StrictTalk(root, type).told();
    }

    private UnderstoodMessage told() {
        return switch (type) {
            case "hello" -> hello();
            case "tts" -> tts();
            case "stt" -> new UnderstoodMessage.Stt(string("§7.4", "text"));
            case "llm" -> new UnderstoodMessage.Llm(string("§7.4", "emotion"));
            case "mcp" -> {
                if (root.get("payload") instanceof CJson.Fields payload) {
                    yield new UnderstoodMessage.Mcp(payload);
                }
                throw new RuleBroken("§7.4", "mcp without an object payload");
            }
            case "system" ->
                    string("§7.4", "command").equals("reboot")
                            ? new UnderstoodMessage.Reboot()
                            : new UnderstoodMessage.Other(type);
            case "alert" ->
                    new UnderstoodMessage.Alert(
                            string("§7.4", "status"),
                            string("§7.4", "message"),
                            string("§7.4", "emotion"));
            case "iot" -> {
                commands();
                yield new UnderstoodMessage.Other(type);
            }
            default -> new UnderstoodMessage.Other(type);
        };
    }

    private String string(String rule, String name) {
        String value = root.text(name);
        if (value == null) {
            throw new RuleBroken(rule, type + " without a string " + name);
        }
        return value;
    }

    private UnderstoodMessage hello() {
        String transport = string("R12", "transport");
        if (!transport.equals("websocket")) {
            throw new RuleBroken("R12", "transport " + transport);
        }
        double rate = 24_000;
        double duration = 60;
        CJson params = root.get("audio_params");
        if (params instanceof CJson.Fields fields) {
            rate = number(fields, "sample_rate", rate);
            duration = number(fields, "frame_duration", duration);
        } else if (params != null) {
            throw new RuleBroken("§7.2", "audio_params is not an object");
        }
        if (!RATES.contains(rate) || !DURATIONS.contains(duration)) {
            throw new RuleBroken("§7.2", "no decoder for " + rate + " Hz and " + duration + " ms");
        }
        String session = root.text("session_id");
        return new UnderstoodMessage.Hello(
                session == null ? "" : session, (int) rate, (int) duration);
    }

    private static double number(CJson.Fields params, String name, double otherwise) {
        Double value = params.number(name);
        if (value == null && params.has(name)) {
            throw new RuleBroken("§7.2", "audio_params." + name + " is not a number");
        }
        return value == null ? otherwise : value;
    }

    private UnderstoodMessage tts() {
        return switch (string("R13", "state")) {
            case "start" -> new UnderstoodMessage.Start();
            case "stop" -> new UnderstoodMessage.Stop();
            case "sentence_start" -> new UnderstoodMessage.Sentence(string("§7.4", "text"));
            default -> new UnderstoodMessage.Other(type);
        };
    }

    // Up to 1.7, each is compared with the names of things, without a check that it exists.
    private void commands() {
        if (!(root.get("commands") instanceof CJson.Items items)) {
            throw new RuleBroken("§7.4", "iot without an array of commands");
        }
        for (CJson item : items.values()) {
            if (!(item instanceof CJson.Fields command)
                    || command.text("name") == null
                    || command.text("method") == null) {
                throw new RuleBroken("§7.4", "an iot command without a string name and method");
            }
        }
    }
}
