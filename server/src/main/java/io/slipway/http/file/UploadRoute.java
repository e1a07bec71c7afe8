package io.slipway.http.file;

import io.slipway.http.Problem;
import io.slipway.http.Request;
import io.slipway.http.Response;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;

/**
 * A route for uploading a file, as {@code multipart/form-data} with exactly one part named {@code
 * file} and up to {@value #MAX_FIELDS} text fields.
 *
 * @param accept gets the request without its body, which is read only if this returns; may throw a
 *     {@link Problem}. Runs on a virtual thread
 */
public record UploadRoute(Function<Request, Sink> accept) {

    /** The maximum number of text fields besides the file. */
    public static final int MAX_FIELDS = 20;

    /** The maximum size of all text fields, including their names, in bytes. */
    public static final int MAX_FIELD_BYTES = 64 * 1024;

    /** Handles a complete upload. */
    @FunctionalInterface
    public interface Sink {

        /** Runs on a virtual thread; may throw a {@link Problem}. */
        Response received(ReceivedFile received);
    }

    /**
     * @param fields by name; the last one if a name occurs twice
     * @param file deleted when the sink returns, unless it was moved away
     * @param filename as the client calls it; never a path, may be empty
     * @param size bytes
     */
    public record ReceivedFile(Map<String, String> fields, Path file, String filename, long size) {
        public ReceivedFile {
            fields = Map.copyOf(fields);
        }
    }
}
