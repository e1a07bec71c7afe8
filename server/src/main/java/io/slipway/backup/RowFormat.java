package io.slipway.backup;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import io.slipway.keys.Sha256;
import io.slipway.sql.DatabaseSnapshot;
import io.slipway.sql.SchemaTable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows as lines of JSON, the same on both engines. The first line names the columns; each other is
 * an array of their values: integers, texts, nulls, real numbers with a point, and bytes as an
 * object with their Base64.
 */
final class RowFormat {

    /** One text of a row, in characters. */
    private static final int LONGEST = 64 * 1024 * 1024;

    private static final String BYTES = "base64";

    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
                    .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
                    .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxStringLength(LONGEST).build())
                    .build();

    private RowFormat() {}

    /** Writes all rows of {@code source}; returns their number and the checksum of the lines. */
    static TableSum write(SchemaTable table, RowsOf source, OutputStream out) throws IOException {
        MessageDigest digest = Sha256.digest();
        try (JsonGenerator lines = JSON.createGenerator(new DigestOutputStream(out, digest))) {
            lines.setPrettyPrinter(new MinimalPrettyPrinter("\n"));
            lines.writeStartArray();
            for (String column : table.columns()) {
                lines.writeString(column);
            }
            lines.writeEndArray();
            long rows = source.rows(table, values -> write(lines, values));
            lines.flush();
            return new TableSum(table.name(), rows, Sha256.hex(digest));
        }
    }

    /** The checksum alone. */
    static TableSum sum(SchemaTable table, RowsOf source) throws IOException {
        return write(table, source, OutputStream.nullOutputStream());
    }

    /** Reads rows of a table from somewhere. */
    @FunctionalInterface
    interface RowsOf {

        /** Returns how many. */
        long rows(SchemaTable table, DatabaseSnapshot.RowReader reader) throws IOException;
    }

    private static void write(JsonGenerator lines, @Nullable Object[] values) throws IOException {
        lines.writeStartArray();
        for (Object value : values) {
            switch (value) {
                case null -> lines.writeNull();
                case Long number -> lines.writeNumber(number);
                case Double real when Double.isFinite(real) -> lines.writeNumber(real);
                case String text -> lines.writeString(text);
                case byte[] bytes -> {
                    lines.writeStartObject();
                    lines.writeBinaryField(BYTES, bytes);
                    lines.writeEndObject();
                }
                default -> throw new IOException("a value of " + value.getClass());
            }
        }
        lines.writeEndArray();
    }

    /**
     * Passes on all rows that were written; does not close {@code in}.
     *
     * @throws IOException if they are those of another table, or malformed
     */
    static void read(SchemaTable table, InputStream in, DatabaseSnapshot.RowReader reader)
            throws IOException {
        try (JsonParser lines = JSON.createParser(in)) {
            if (lines.nextToken() != JsonToken.START_ARRAY
                    || !columns(lines).equals(table.columns())) {
                throw new IOException("the columns of " + table.name() + " are others");
            }
            var values = new @Nullable Object[table.columns().size()];
            JsonToken token;
            while ((token = lines.nextToken()) != null) {
                if (token != JsonToken.START_ARRAY) {
                    throw new IOException("a row of " + table.name() + " is malformed");
                }
                for (int i = 0; i < values.length; i++) {
                    lines.nextToken();
                    values[i] = value(lines);
                }
                if (lines.nextToken() != JsonToken.END_ARRAY) {
                    throw new IOException("a row of " + table.name() + " is too long");
                }
                reader.row(values);
            }
        }
    }

    private static List<String> columns(JsonParser lines) throws IOException {
        var columns = new ArrayList<String>();
        while (lines.nextToken() == JsonToken.VALUE_STRING) {
            columns.add(lines.getText());
        }
        return columns;
    }

    private static @Nullable Object value(JsonParser lines) throws IOException {
        return switch (lines.currentToken()) {
            case VALUE_NULL -> null;
            case VALUE_NUMBER_INT -> lines.getLongValue();
            case VALUE_NUMBER_FLOAT -> lines.getDoubleValue();
            case VALUE_STRING -> lines.getText();
            case START_OBJECT -> {
                if (!BYTES.equals(lines.nextFieldName())
                        || lines.nextToken() != JsonToken.VALUE_STRING) {
                    throw new IOException("a value is malformed");
                }
                byte[] bytes = lines.getBinaryValue();
                if (lines.nextToken() != JsonToken.END_OBJECT) {
                    throw new IOException("a value is malformed");
                }
                yield bytes;
            }
            case null, default -> throw new IOException("a value is malformed");
        };
    }
}
