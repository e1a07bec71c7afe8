package io.slipway.http.file;

import io.slipway.files.BlockOutput;
import io.slipway.http.Problem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.fileupload.FileUploadBase.FileUploadIOException;
import org.apache.commons.fileupload.MultipartStream;
import org.apache.commons.fileupload.MultipartStream.MalformedStreamException;
import org.apache.commons.fileupload.ParameterParser;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a {@code multipart/form-data} body (RFC 7578): the file goes to disk, the fields to memory.
 * Each part is decided about as soon as its head is read. Blocks.
 */
final class Multipart implements AutoCloseable {

    /** The name prefix of incoming files; nothing else in their folder is touched. */
    static final String PREFIX = "upload-";

    private static final int BUFFER = 64 * 1024;

    /** RFC 2046, 5.1.1. */
    private static final int LONGEST_BOUNDARY = 70;

    private static final int MOST_HEAD = 8 * 1024;

    private static final String DISPOSITION = "content-disposition";
    private static final String ENCODING = "content-transfer-encoding";

    private static final Logger LOG = LoggerFactory.getLogger(Multipart.class);

    private final byte[] boundary;
    private final long maxBytes;
    private final Path folder;
    private final Map<String, String> fields = new HashMap<>();
    private int count;
    private int fieldBytes;
    private String filename = "";
    private long size;
    private @Nullable Path file;

    /**
     * @param maxBytes of the file
     * @throws Problem 415 if the content type is not multipart/form-data
     */
    Multipart(@Nullable String contentType, long maxBytes, Path folder) {
        this.maxBytes = maxBytes;
        this.folder = folder;
        String type = contentType == null ? "" : contentType;
        String sent = parameters(type).get("boundary");
        boolean form = type.regionMatches(true, 0, "multipart/form-data", 0, 19);
        if (!form || sent == null || sent.isEmpty() || sent.length() > LONGEST_BOUNDARY) {
            throw new Problem(
                    415,
                    "请求体必须是 multipart/form-data，并带有 boundary",
                    "The body must be multipart/form-data with a boundary");
        }
        boundary = sent.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Map<String, String> parameters(String header) {
        var parser = new ParameterParser();
        parser.setLowerCaseNames(true);
        return parser.parse(header, ';');
    }

    /**
     * Reads it to its end.
     *
     * @param body may throw a {@link Problem}, which is passed on
     * @throws Problem 400, 413, or 503 if the file can't be written
     */
    UploadRoute.ReceivedFile read(InputStream body) {
        try {
            var parts = new MultipartStream(body, boundary, BUFFER, null);
            parts.setHeaderEncoding(StandardCharsets.UTF_8.name());
            parts.setPartHeaderSizeMax(MOST_HEAD);
            boolean more = parts.skipPreamble();
            while (more) {
                part(parts);
                more = parts.readBoundary();
            }
            // What follows the last boundary is ignored.
            body.transferTo(OutputStream.nullOutputStream());
        } catch (MalformedStreamException | FileUploadIOException e) {
            throw malformed();
        } catch (IOException e) {
            throw unwritable(e);
        }
        if (file == null) {
            throw Problem.field("file", "缺少文件", "is missing");
        }
        if (size == 0) {
            throw Problem.field("file", "文件为空", "is empty");
        }
        return new UploadRoute.ReceivedFile(fields, file, filename, size);
    }

    private void part(MultipartStream parts) throws IOException {
        Map<String, String> head = head(parts.readHeaders());
        String disposition = head.getOrDefault(DISPOSITION, "");
        Map<String, String> described = parameters(disposition);
        String name = described.get("name");
        boolean form = disposition.regionMatches(true, 0, "form-data", 0, 9);
        // Encoded parts are history (RFC 7578, 4.7).
        String encoding = head.getOrDefault(ENCODING, "binary").toLowerCase(Locale.ROOT);
        if (!form || name == null || !encoding.matches("binary|7bit|8bit")) {
            throw malformed();
        }
        if (described.containsKey("filename")) {
            String sent = described.get("filename");
            file(parts, name, sent == null ? "" : sent);
        } else {
            field(parts, name);
        }
    }

    private static Map<String, String> head(String text) {
        var head = new HashMap<String, String>();
        for (String line : text.split("\r\n")) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
                if (head.put(name, line.substring(colon + 1).strip()) == null) {
                    continue;
                }
            }
            if (!line.isEmpty()) {
                throw malformed();
            }
        }
        return head;
    }

    private void field(MultipartStream parts, String name) throws IOException {
        if (name.equals("file")) {
            throw Problem.field("file", "必须是文件", "must be a file, with a filename");
        }
        if (++count > UploadRoute.MAX_FIELDS) {
            int most = UploadRoute.MAX_FIELDS;
            throw new Problem(400, "文本字段最多 " + most + " 个", "At most " + most + " text fields");
        }
        fieldBytes += name.getBytes(StandardCharsets.UTF_8).length;
        var value = new ByteArrayOutputStream();
        parts.readBodyData(
                new BlockOutput() {
                    @Override
                    public void write(byte[] bytes, int from, int length) {
                        fieldBytes += length;
                        if (fieldBytes > UploadRoute.MAX_FIELD_BYTES) {
                            throw tooMuchText();
                        }
                        value.write(bytes, from, length);
                    }
                });
        fields.put(name, value.toString(StandardCharsets.UTF_8));
    }

    private void file(MultipartStream parts, String name, String sent) throws IOException {
        if (!name.equals("file")) {
            throw Problem.field(name, "不应有此文件", "unexpected file");
        }
        if (file != null) {
            throw Problem.field("file", "只能有一个文件", "only one file is allowed");
        }
        filename = sent.substring(sent.lastIndexOf('/') + 1).replaceAll("\\p{Cntrl}", "");
        // The client's file name must not be used in a path.
        Path arriving = Files.createTempFile(folder, PREFIX, "");
        file = arriving;
        try (OutputStream out = Files.newOutputStream(arriving)) {
            parts.readBodyData(
                    new BlockOutput() {
                        @Override
                        public void write(byte[] bytes, int from, int length) throws IOException {
                            size += length;
                            if (size > maxBytes) {
                                throw tooLarge(maxBytes);
                            }
                            out.write(bytes, from, length);
                        }
                    });
        }
    }

    private static Problem tooMuchText() {
        int most = UploadRoute.MAX_FIELD_BYTES;
        return new Problem(
                413,
                "文本字段合计最多 " + most + " 字节",
                "The text fields together may have at most " + most + " bytes");
    }

    private static Problem unwritable(IOException e) {
        LOG.error("an upload can't be written: {}", e.toString());
        return new Problem(503, "服务器无法写入文件", "The server could not write the file");
    }

    private static Problem malformed() {
        return new Problem(400, "multipart 格式错误", "Malformed multipart body");
    }

    static Problem tooLarge(long maxBytes) {
        return new Problem(
                413,
                "文件最多 " + maxBytes + " 字节",
                "The file may have at most " + maxBytes + " bytes");
    }

    /** Deletes the file, unless it was moved away. */
    @Override
    public void close() {
        if (file == null) {
            return;
        }
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("the file of an upload could not be deleted: {}", e.toString());
        }
    }
}
