package io.slipway.comeover;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.comeover.ForeignStore.ForeignSelect;
import io.slipway.history.ChatLog.Speaker;
import io.slipway.http.Json;
import io.slipway.http.Problem;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The tables of xinnan-tech/xiaozhi-esp32-server. Its first versions kept the prompt in a column
 * {@code character} and had no chat texts.
 */
record XinnanTables(ForeignStore store) implements ForeignTables {

    private static final String USER = "sys_user";
    private static final String AGENT = "ai_agent";
    private static final String DEVICE = "ai_device";
    private static final String LINE = "ai_agent_chat_history";

    XinnanTables(ForeignStore store, String address) {
        this(store);
        ForeignTables.require(store, address, "xinnan", USER, AGENT, DEVICE);
    }

    @Override
    public ForeignSelect users(String only) {
        var columns = new LinkedHashMap<String, String>();
        columns.put("id", store.column("t", USER, "id"));
        columns.put("name", ForeignTables.text(store.column("t", USER, "username"), 200));
        columns.put("created", created("t", USER, "create_date"));
        columns.put("state", store.optional("t", USER, "status"));
        String name = store.column("t", USER, "username");
        return new ForeignSelect(
                columns, USER + " t", USER, "id", only.isEmpty() ? "" : name + " = ?", only);
    }

    @Override
    public ForeignSelect agents(String only) {
        var columns = new LinkedHashMap<String, String>();
        columns.put("id", store.column("t", AGENT, "id"));
        columns.put("created", created("t", AGENT, "created_at", "create_date"));
        columns.put("name", ForeignTables.text(store.column("t", AGENT, "agent_name"), 200));
        text(columns, "code", "agent_code");
        columns.put(
                "prompt",
                ForeignTables.text(
                        store.optional("t", AGENT, "system_prompt", "character"), 20_001));
        columns.put(
                "memory", ForeignTables.text(store.optional("t", AGENT, "summary_memory"), 20_001));
        text(columns, "language", "language");
        text(columns, "lang_code", "lang_code");
        columns.put("history", store.optional("t", AGENT, "chat_history_conf"));
        text(columns, "voice", "tts_voice_id", "tts_voice");
        text(columns, "asr", "asr_model_id");
        text(columns, "vad", "vad_model_id");
        text(columns, "llm", "llm_model_id", "llm_model");
        text(columns, "vllm", "vllm_model_id");
        text(columns, "tts", "tts_model_id");
        text(columns, "mem", "mem_model_id");
        text(columns, "intent", "intent_model_id");
        return owned(columns, AGENT, AGENT + " t", "t", only);
    }

    @Override
    public ForeignSelect devices(String only) {
        var columns = new LinkedHashMap<String, String>();
        columns.put("id", store.column("t", DEVICE, "id"));
        columns.put("mac", ForeignTables.text(store.column("t", DEVICE, "mac_address"), 200));
        columns.put("alias", ForeignTables.text(store.optional("t", DEVICE, "alias"), 200));
        columns.put("board", ForeignTables.text(store.optional("t", DEVICE, "board"), 200));
        agentOf(columns);
        columns.put("agent", ForeignTables.text(store.column("a", AGENT, "agent_name"), 200));
        columns.put("agent_owner_id", store.column("a", AGENT, "user_id"));
        return owned(columns, DEVICE, DEVICE + " t" + joined(DEVICE), "t", only);
    }

    @Override
    public ForeignSelect lines(String only) {
        var columns = new LinkedHashMap<String, String>();
        columns.put("id", store.column("t", LINE, "id"));
        columns.put("mac", ForeignTables.text(store.column("t", LINE, "mac_address"), 200));
        columns.put("session", ForeignTables.text(store.column("t", LINE, "session_id"), 200));
        columns.put("speaker", store.column("t", LINE, "chat_type"));
        columns.put("content", ForeignTables.text(store.column("t", LINE, "content"), 8_000));
        columns.put("at", "CAST(" + store.column("t", LINE, "created_at") + " AS CHAR)");
        agentOf(columns);
        columns.put("agent_history", store.optional("a", AGENT, "chat_history_conf"));
        return owned(columns, LINE, LINE + " t" + joined(LINE), "a", only);
    }

    private void text(Map<String, String> columns, String name, String... spellings) {
        columns.put(name, ForeignTables.text(store.optional("t", AGENT, spellings), 200));
    }

    private void agentOf(Map<String, String> columns) {
        columns.put("agent_id", store.column("a", AGENT, "id"));
        columns.put("agent_created", created("a", AGENT, "created_at", "create_date"));
    }

    private String joined(String table) {
        return " LEFT JOIN "
                + AGENT
                + " a ON "
                + store.column("a", AGENT, "id")
                + " = "
                + store.column("t", table, "agent_id");
    }

    private String created(String of, String table, String... spellings) {
        return ForeignTables.seconds(store.optional(of, table, spellings));
    }

    // Adds the user to whom a row belongs.
    private ForeignSelect owned(
            Map<String, String> columns, String table, String from, String by, String only) {
        columns.put("owner_id", store.column("u", USER, "id"));
        columns.put("owner", ForeignTables.text(store.column("u", USER, "username"), 200));
        columns.put("owner_created", created("u", USER, "create_date"));
        String user = store.column(by, by.equals("a") ? AGENT : table, "user_id");
        return new ForeignSelect(
                columns,
                from
                        + " LEFT JOIN "
                        + USER
                        + " u ON "
                        + store.column("u", USER, "id")
                        + " = "
                        + user,
                table,
                "id",
                only.isEmpty() ? "" : store.column("u", USER, "username") + " = ?",
                only);
    }

    @Override
    public boolean hasLines() {
        return store.has(LINE);
    }

    @Override
    public boolean linesInUtc() {
        return store.utc(LINE, "created_at");
    }

    // Versions that stored texts before there was the setting stored all of them.
    @Override
    public boolean storesHistory(String history) {
        return store.hasColumn(AGENT, "chat_history_conf")
                ? history.equals("1") || history.equals("2")
                : hasLines();
    }

    @Override
    public Optional<Speaker> speaker(ForeignRow line) {
        return switch (line.text("speaker")) {
            case "1" -> Optional.of(Speaker.USER);
            case "2" -> Optional.of(Speaker.ASSISTANT);
            case "3" -> Optional.of(Speaker.TOOL);
            default -> Optional.empty();
        };
    }

    // With recognition of speakers, it is an object with the speaker and the text.
    @Override
    public String content(ForeignRow line) {
        String content = line.text("content");
        if (!content.startsWith("{")) {
            return content;
        }
        try {
            JsonNode said = Json.read(content.getBytes(StandardCharsets.UTF_8)).path("content");
            return said.isTextual() ? said.textValue() : content;
        } catch (Problem notJson) {
            return content;
        }
    }
}
