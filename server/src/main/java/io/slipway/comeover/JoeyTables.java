package io.slipway.comeover;

import io.slipway.comeover.ForeignStore.ForeignSelect;
import io.slipway.history.ChatLog.Speaker;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The tables of joey-zhou/xiaozhi-esp32-server-java, whose agents are called roles. Most versions
 * spell columns as {@code userId}, others as {@code user_id}. Its first versions had neither
 * sessions nor default roles.
 */
record JoeyTables(ForeignStore store) implements ForeignTables {

    private static final String USER = "sys_user";
    private static final String ROLE = "sys_role";
    private static final String DEVICE = "sys_device";
    private static final String MESSAGE = "sys_message";

    JoeyTables(ForeignStore store, String address) {
        this(store);
        ForeignTables.require(store, address, "joey", USER, ROLE, DEVICE);
    }

    @Override
    public ForeignSelect users(String only) {
        var columns = new LinkedHashMap<String, String>();
        columns.put("id", store.column("t", USER, "user_id"));
        columns.put("name", ForeignTables.text(store.column("t", USER, "username"), 200));
        columns.put("created", created("t", USER));
        columns.put("state", store.optional("t", USER, "state"));
        String name = store.column("t", USER, "username");
        return new ForeignSelect(
                columns, USER + " t", USER, "user_id", only.isEmpty() ? "" : name + " = ?", only);
    }

    @Override
    public ForeignSelect agents(String only) {
        var columns = new LinkedHashMap<String, String>();
        columns.put("id", store.column("t", ROLE, "role_id"));
        columns.put("created", created("t", ROLE));
        columns.put("state", store.optional("t", ROLE, "state"));
        columns.put("name", ForeignTables.text(store.column("t", ROLE, "role_name"), 200));
        columns.put("prompt", ForeignTables.text(store.optional("t", ROLE, "role_desc"), 20_001));
        columns.put("voice", ForeignTables.text(store.optional("t", ROLE, "voice_name"), 200));
        return owned(columns, ROLE, "role_id", ROLE + " t", "t", ROLE, only);
    }

    @Override
    public ForeignSelect devices(String only) {
        var columns = new LinkedHashMap<String, String>();
        columns.put("id", store.column("t", DEVICE, "device_id"));
        columns.put("mac", ForeignTables.text(store.column("t", DEVICE, "device_id"), 200));
        columns.put("alias", ForeignTables.text(store.optional("t", DEVICE, "device_name"), 200));
        columns.put("board", ForeignTables.text(store.optional("t", DEVICE, "type"), 200));
        roleOf(columns);
        columns.put("agent", ForeignTables.text(store.column("a", ROLE, "role_name"), 200));
        columns.put("agent_owner_id", store.column("a", ROLE, "user_id"));
        String from = DEVICE + " t" + joined(roleOfDevice("t"));
        return owned(columns, DEVICE, "device_id", from, "t", DEVICE, only);
    }

    @Override
    public ForeignSelect lines(String only) {
        var columns = new LinkedHashMap<String, String>();
        columns.put("id", store.column("t", MESSAGE, "message_id"));
        columns.put("mac", ForeignTables.text(store.column("t", MESSAGE, "device_id"), 200));
        columns.put("session", ForeignTables.text(store.optional("t", MESSAGE, "session_id"), 200));
        columns.put("speaker", store.column("t", MESSAGE, "sender"));
        columns.put("content", ForeignTables.text(store.column("t", MESSAGE, "message"), 8_000));
        columns.put("at", "CAST(" + store.column("t", MESSAGE, "create_time") + " AS CHAR)");
        columns.put("state", store.optional("t", MESSAGE, "state"));
        roleOf(columns);
        String role =
                store.hasColumn(MESSAGE, "role_id")
                        ? "COALESCE("
                                + store.column("t", MESSAGE, "role_id")
                                + ", "
                                + roleOfDevice("d")
                                + ")"
                        : roleOfDevice("d");
        String from =
                MESSAGE
                        + " t LEFT JOIN "
                        + DEVICE
                        + " d ON "
                        + store.column("d", DEVICE, "device_id")
                        + " = "
                        + store.column("t", MESSAGE, "device_id")
                        + joined(role);
        return owned(columns, MESSAGE, "message_id", from, "a", ROLE, only);
    }

    // A device without a role talks to its user's default one.
    private String roleOfDevice(String device) {
        String own = store.optional(device, DEVICE, "role_id");
        if (!store.hasColumn(ROLE, "is_default")) {
            return own;
        }
        return "COALESCE("
                + own
                + ", (SELECT MIN("
                + store.column("x", ROLE, "role_id")
                + ") FROM "
                + ROLE
                + " x WHERE "
                + store.column("x", ROLE, "user_id")
                + " = "
                + store.column(device, DEVICE, "user_id")
                + " AND "
                + store.column("x", ROLE, "is_default")
                + " = '1'))";
    }

    private String joined(String role) {
        return " LEFT JOIN " + ROLE + " a ON " + store.column("a", ROLE, "role_id") + " = " + role;
    }

    private void roleOf(Map<String, String> columns) {
        columns.put("agent_id", store.column("a", ROLE, "role_id"));
        columns.put("agent_created", created("a", ROLE));
        columns.put("agent_state", store.optional("a", ROLE, "state"));
    }

    private String created(String of, String table) {
        return ForeignTables.seconds(store.optional(of, table, "create_time"));
    }

    // Adds the user to whom a row belongs.
    private ForeignSelect owned(
            Map<String, String> columns,
            String table,
            String key,
            String from,
            String by,
            String byTable,
            String only) {
        columns.put("owner_id", store.column("u", USER, "user_id"));
        columns.put("owner", ForeignTables.text(store.column("u", USER, "username"), 200));
        columns.put("owner_created", created("u", USER));
        return new ForeignSelect(
                columns,
                from
                        + " LEFT JOIN "
                        + USER
                        + " u ON "
                        + store.column("u", USER, "user_id")
                        + " = "
                        + store.column(by, byTable, "user_id"),
                table,
                key,
                only.isEmpty() ? "" : store.column("u", USER, "username") + " = ?",
                only);
    }

    @Override
    public boolean hasLines() {
        return store.has(MESSAGE);
    }

    @Override
    public boolean linesInUtc() {
        return store.utc(MESSAGE, "create_time");
    }

    // It has no such setting, and stores everything.
    @Override
    public boolean storesHistory(String history) {
        return true;
    }

    @Override
    public Optional<Speaker> speaker(ForeignRow line) {
        return switch (line.text("speaker")) {
            case "user" -> Optional.of(Speaker.USER);
            case "assistant" -> Optional.of(Speaker.ASSISTANT);
            case "tool" -> Optional.of(Speaker.TOOL);
            default -> Optional.empty();
        };
    }

    @Override
    public String content(ForeignRow line) {
        return line.text("content");
    }
}
