package io.slipway.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.slipway.protocol.Mac;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** JSON of the console plane. Thread-safe. */
public final class Json {

    /**
     * A tree takes up to 40 bytes for one of text such as {@code [],[],…}: a small body could
     * exhaust the memory. A hundred thousand serial numbers with keys have 800,000 tokens.
     */
    private static final long MAX_TOKENS = 1_200_000;

    /** As many as are in use at the same time. */
    private static final int BUFFERS = 64;

    /** What whoever has not authenticated may send, in tokens. */
    public static final long OPEN_TOKENS = 200;

    private static final ObjectMapper MAPPER = mapper(MAX_TOKENS);
    private static final ObjectMapper OPEN_MAPPER = mapper(OPEN_TOKENS);

    private static ObjectMapper mapper(long tokens) {
        return JsonMapper.builder(
                        JsonFactory.builder()
                                // By default buffers are kept per thread, so each virtual thread
                                // would allocate new ones.
                                .recyclerPool(JsonRecyclerPools.newBoundedPool(BUFFERS))
                                .streamReadConstraints(
                                        StreamReadConstraints.builder()
                                                .maxTokenCount(tokens)
                                                .maxNestingDepth(200)
                                                .build())
                                .build())
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .addModule(
                        new SimpleModule()
                                .addSerializer(Instant.class, ToStringSerializer.instance)
                                .addSerializer(Mac.class, ToStringSerializer.instance))
                .build();
    }

    private Json() {}

    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** Parses a body; a {@link Problem} 400 reports where it is invalid. */
    public static JsonNode read(byte[] body) {
        return read(MAPPER, body);
    }

    /** Like {@link #read(byte[])}, with at most {@link #OPEN_TOKENS}. */
    public static JsonNode readOpen(byte[] body) {
        return read(OPEN_MAPPER, body);
    }

    private static JsonNode read(ObjectMapper mapper, byte[] body) {
        try {
            return mapper.readTree(body);
        } catch (JsonProcessingException e) {
            var at = e.getLocation();
            String where = at == null ? "" : " (" + at.getLineNr() + ":" + at.getColumnNr() + ")";
            throw new Problem(400, "请求体不是有效的 JSON" + where, "The body is not valid JSON" + where);
        } catch (IOException e) {
            throw new Problem(400, "请求体不是有效的 JSON", "The body is not valid JSON");
        }
    }

    /** Like {@link #read(byte[])}, for a text. */
    public static JsonNode read(String text) {
        return read(text.getBytes(StandardCharsets.UTF_8));
    }

    /** What {@link #write(Object)} would write, as a tree. */
    public static JsonNode tree(Object value) {
        return MAPPER.valueToTree(value);
    }

    /** Writes records, maps, lists and trees; moments and MACs as their texts. */
    public static byte[] write(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What {@link #write(Object)} writes, as a text. */
    public static String text(Object value) {
        return new String(write(value), StandardCharsets.UTF_8);
    }

    /** Writes one value to a stream that stays open. */
    public static void write(OutputStream out, Object value) throws IOException {
        out.write(MAPPER.writeValueAsBytes(value));
    }
}
