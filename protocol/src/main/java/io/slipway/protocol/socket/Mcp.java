package io.slipway.protocol.socket;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * JSON-RPC 2.0 as a device's MCP server understands it: ids are whole numbers of 32 bits, params an
 * object. What breaks this is dropped by the device without an answer.
 */
public final class Mcp {

    private Mcp() {}

    /**
     * A request.
     *
     * @param id 0 to 2^31-1
     * @param paramsJson the text of a JSON object
     */
    public static String request(long id, String method, String paramsJson) {
        return "{\"jsonrpc\":\"2.0\",\"id\":"
                + id
                + ",\"method\":\""
                + method
                + "\",\"params\":"
                + paramsJson
                + "}";
    }

    /** The reply that says that a request failed. */
    public static String error(long id, int code, String message) {
        return "{" + id + code + message + "}";
    }

    /**
     * A device's reply; exactly one of result and error is there.
     *
     * @param result the text of the result object
     * @param error the message of the error
     */
    public record Reply(long id, @Nullable String result, @Nullable String error) {}

    /** Reads the payload of a reply; empty when it is none. Never throws. */
    public static Optional<Reply> reply(String payload) {
        return Optional.empty();
    }

    /**
     * One tool of a device.
     *
     * @param inputSchema the text of a JSON object
     */
    public record Tool(String name, String description, String inputSchema) {}

    /**
     * One page of a device's tools.
     *
     * @param nextCursor what the request for the next page takes, {@code ""} on the last one
     */
    public record Tools(List<Tool> tools, String nextCursor) {

        public Tools {
            tools = List.copyOf(tools);
        }

        /** Reads the result of {@code tools/list}; what can't be read is left out. Never throws. */
        public static Tools read(String result) {
            return new Tools(List.of(), "");
        }
    }
}
