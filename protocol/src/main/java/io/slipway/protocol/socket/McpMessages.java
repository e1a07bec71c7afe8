package io.slipway.protocol.socket;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * JSON-RPC 2.0 as a device's MCP server understands it: ids are 32-bit integers, params an object.
 * The device drops anything else without an answer. Some tools end the session instead of
 * answering: {@code self.reboot}, and {@code self.upgrade_firmware} if it succeeds.
 */
public final class McpMessages {

    /** The maximum number of tools read from a page; a device's page has 8000 bytes. */
    public static final int MAX_TOOLS = 256;

    private static final int MAX_NAME = 128;
    private static final int MAX_TEXT = 4_000;

    private McpMessages() {}

    /**
     * A request.
     *
     * @param id 0 to 2^31-1
     * @param method for example {@code initialize} or {@code tools/list}
     * @param paramsJson the text of a JSON object
     * @throws IllegalArgumentException if a device would not understand it
     */
    public static String request(long id, String method, String paramsJson) {
        if (!SafeText.isWord(method, MAX_NAME)) {
            throw new IllegalArgumentException("no method");
        }
        try {
            JsonMembers.strict(paramsJson);
        } catch (IOException e) {
            throw new IllegalArgumentException("params are not a JSON object", e);
        }
        return start(id)
                + ",\"method\":"
                + SafeText.quote(method)
                + ",\"params\":"
                + paramsJson
                + "}";
    }

    /**
     * The request to call a tool.
     *
     * @param argumentsJson the text of a JSON object
     * @throws IllegalArgumentException if a device would not understand it
     */
    public static String call(long id, String tool, String argumentsJson) {
        try {
            JsonMembers.strict(argumentsJson);
        } catch (IOException e) {
            throw new IllegalArgumentException("arguments are not a JSON object", e);
        }
        String name = SafeText.quote(SafeText.clean(tool, MAX_NAME));
        return request(
                id, "tools/call", "{\"name\":" + name + ",\"arguments\":" + argumentsJson + "}");
    }

    /**
     * A call of a tool as people read it: its name, and its arguments as JSON if it has any.
     *
     * @param payload the request, as received
     */
    public static String shownCall(String tool, String payload) {
        String name = SafeText.clean(tool, MAX_NAME);
        try {
            String params = JsonMembers.lenient(payload).object("params");
            String arguments =
                    params == null ? null : JsonMembers.lenient(params).object("arguments");
            return arguments == null || arguments.matches("\\{\\s*}")
                    ? name
                    : name + " " + SafeText.clean(arguments, MAX_TEXT - MAX_NAME - 1);
        } catch (IOException e) {
            return name;
        }
    }

    /**
     * The request for a page of tools.
     *
     * @param cursor {@link Tools#nextCursor} of the previous page, {@code ""} for the first
     * @param userTools whether to include those that are not meant for a language model (firmware
     *     2.0 and newer)
     */
    public static String list(long id, String cursor, boolean userTools) {
        String from = SafeText.quote(SafeText.clean(cursor, MAX_NAME));
        return request(
                id, "tools/list", "{\"cursor\":" + from + ",\"withUserTools\":" + userTools + "}");
    }

    /** The reply for a failed request, sent to a backend on behalf of a device. */
    public static String error(long id, int code, String message) {
        return start(id)
                + ",\"error\":{\"code\":"
                + code
                + ",\"message\":"
                + SafeText.quote(SafeText.clean(message, MAX_TEXT))
                + "}}";
    }

    private static String start(long id) {
        if (id < 0 || id > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("an id of " + id);
        }
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id;
    }

    /**
     * A device's reply; exactly one of result and error is present.
     *
     * @param result the JSON of the result, an object in all firmware
     * @param error the message of the error
     */
    public record McpReply(long id, @Nullable String result, @Nullable String error) {}

    /** Parses the payload of a reply; empty if it is none. Never throws. */
    public static Optional<McpReply> reply(String payload) {
        try {
            JsonMembers members = JsonMembers.lenient(payload);
            Long id = members.whole("id");
            if (id == null || members.has("method")) {
                return Optional.empty();
            }
            String result = members.object("result");
            if (result != null) {
                return Optional.of(new McpReply(id, result, null));
            }
            String error = members.object("error");
            String message = error == null ? null : JsonMembers.lenient(error).string("message");
            return error == null
                    ? Optional.empty()
                    : Optional.of(
                            new McpReply(
                                    id,
                                    null,
                                    message == null ? "error" : SafeText.clean(message, MAX_TEXT)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * A tool of a device.
     *
     * @param name as received, at most 128 characters
     * @param inputSchema the text of a JSON object
     */
    public record Tool(String name, String description, String inputSchema) {}

    /**
     * One page of a device's tools.
     *
     * @param nextCursor for the request for the next page, {@code ""} on the last one
     */
    public record Tools(List<Tool> tools, String nextCursor) {

        public Tools {
            tools = List.copyOf(tools);
        }

        /** Parses the result of {@code tools/list}; invalid parts are left out. Never throws. */
        public static Tools read(String result) {
            var tools = new ArrayList<Tool>();
            String cursor = "";
            try {
                JsonMembers members = JsonMembers.lenient(result);
                cursor = name(members.string("nextCursor"));
                String list = members.array("tools");
                for (String item : list == null ? List.<String>of() : JsonMembers.items(list)) {
                    if (tools.size() < MAX_TOOLS && item.startsWith("{")) {
                        add(tools, JsonMembers.lenient(item));
                    }
                }
            } catch (IOException e) {
                // What came before is used.
            }
            return new Tools(tools, cursor);
        }

        private static void add(List<Tool> tools, JsonMembers tool) {
            String name = name(tool.string("name"));
            String description = tool.string("description");
            String schema = tool.object("inputSchema");
            if (!name.isEmpty()) {
                tools.add(
                        new Tool(
                                name,
                                description == null ? "" : SafeText.clean(description, MAX_TEXT),
                                schema == null ? "{}" : schema));
            }
        }

        // A truncated name would call another tool, or none.
        private static String name(@Nullable String text) {
            return text == null || text.length() > MAX_NAME ? "" : SafeText.clean(text, MAX_NAME);
        }
    }
}
