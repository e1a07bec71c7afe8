package io.slipway.http.file;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.multipart.Attribute;
import io.netty.handler.codec.http.multipart.DefaultHttpDataFactory;
import io.netty.handler.codec.http.multipart.DiskFileUpload;
import io.netty.handler.codec.http.multipart.FileUpload;
import io.netty.handler.codec.http.multipart.HttpPostMultipartRequestDecoder;
import io.netty.handler.codec.http.multipart.HttpPostRequestDecoder;
import io.netty.handler.codec.http.multipart.InterfaceHttpData;
import io.netty.handler.codec.http.multipart.MemoryAttribute;
import io.slipway.http.Problem;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@code multipart/form-data} body as it arrives: the file goes to disk, the fields to memory.
 * Blocks while writing.
 */
final class Multipart implements AutoCloseable {

    /** The name prefix of incoming files; nothing else in their folder is touched. */
    static final String PREFIX = "upload-";

    /** For heads of parts and partial boundaries; the rest is passed on as it arrives. */
    private static final int BUFFERED = 64 * 1024;

    private static final byte CR = '\r';

    private static final Logger LOG = LoggerFactory.getLogger(Multipart.class);

    private final long maxBytes;
    private final Path folder;
    private final HttpPostMultipartRequestDecoder decoder;
    private final Map<String, String> fields = new HashMap<>();
    private int started;
    private int fieldBytes;
    private boolean ended;
    private boolean heldCr;
    private @Nullable ArrivingFile file;

    /**
     * @throws Problem if the content type is not multipart/form-data
     */
    Multipart(@Nullable String contentType, long maxBytes, Path folder) {
        this.maxBytes = maxBytes;
        this.folder = folder;
        var head = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/");
        head.headers().set("Content-Type", contentType == null ? "" : contentType);
        boolean form =
                contentType != null
                        && contentType.regionMatches(true, 0, "multipart/form-data", 0, 19);
        if (!form || !HttpPostRequestDecoder.isMultipart(head)) {
            throw new Problem(
                    415,
                    "请求体必须是 multipart/form-data，并带有 boundary",
                    "The body must be multipart/form-data with a boundary");
        }
        int parts = UploadRoute.MAX_FIELDS + 2;
        decoder =
                new HttpPostMultipartRequestDecoder(
                        new PartFactory(), head, StandardCharsets.UTF_8, parts, BUFFERED);
    }

    /** Processes the next bytes. */
    void add(ByteBuf bytes) {
        int count = bytes.readableBytes();
        if (ended || count == 0) {
            return;
        }
        ByteBuf next = bytes;
        if (heldCr) {
            next = Unpooled.buffer(count + 1).writeByte(CR).writeBytes(bytes);
        }
        // The decoder would take a CR at the end for content, even if a boundary follows.
        heldCr = next.getByte(next.writerIndex() - 1) == CR;
        offer(next.readSlice(next.readableBytes() - (heldCr ? 1 : 0)));
    }

    private void offer(ByteBuf bytes) {
        offer(new DefaultHttpContent(bytes));
    }

    private void offer(HttpContent content) {
        try {
            decoder.offer(content);
            while (decoder.hasNext()) {
                InterfaceHttpData part = decoder.next();
                if (part instanceof Attribute field) {
                    take(field);
                }
            }
        } catch (HttpPostRequestDecoder.EndOfDataDecoderException end) {
            // What follows the last boundary is ignored.
            ended = true;
        } catch (Problem e) {
            throw e;
        } catch (IOException e) {
            throw unwritable(e);
        } catch (RuntimeException e) {
            if (e.getCause() instanceof IOException disk) {
                throw unwritable(disk);
            }
            throw malformed();
        }
    }

    private void take(Attribute field) throws IOException {
        String name = field.getName();
        String value = field.getValue();
        fieldBytes += name.getBytes(StandardCharsets.UTF_8).length + (int) field.length();
        if (fieldBytes > UploadRoute.MAX_FIELD_BYTES) {
            throw tooMuchText();
        }
        if (name.equals("file")) {
            throw Problem.field("file", "必须是文件", "must be a file, with a filename");
        }
        fields.put(name, value);
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

    /** The received file, once the body is complete. */
    UploadRoute.ReceivedFile end() {
        if (!ended) {
            if (heldCr) {
                offer(Unpooled.wrappedBuffer(new byte[] {CR}));
            }
            offer(LastHttpContent.EMPTY_LAST_CONTENT);
        }
        ArrivingFile arrived = file;
        if (arrived == null) {
            throw Problem.field("file", "缺少文件", "is missing");
        }
        // Without its last boundary it is cut off, even if the decoder takes the file for complete.
        if (!ended || !arrived.isCompleted()) {
            throw malformed();
        }
        if (arrived.length() == 0) {
            throw Problem.field("file", "文件为空", "is empty");
        }
        try {
            Path path = arrived.getFile().toPath();
            return new UploadRoute.ReceivedFile(
                    fields, path, name(arrived.getFilename()), arrived.length());
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private static String name(String sent) {
        return sent.substring(sent.lastIndexOf('/') + 1).replaceAll("\\p{Cntrl}", "");
    }

    /** Deletes the file, unless it was moved away. */
    @Override
    public void close() {
        decoder.destroy();
        ArrivingFile arrived = file;
        if (arrived == null) {
            return;
        }
        try {
            arrived.letGo();
            if (arrived.getFile() != null) {
                Files.deleteIfExists(arrived.getFile().toPath());
            }
        } catch (IOException e) {
            LOG.warn("the file of an upload could not be deleted: {}", e.toString());
        }
    }

    private void started() {
        if (++started > UploadRoute.MAX_FIELDS) {
            int most = UploadRoute.MAX_FIELDS;
            throw new Problem(400, "文本字段最多 " + most + " 个", "At most " + most + " text fields");
        }
    }

    /** Decides about each part as soon as its head is read. */
    private final class PartFactory extends DefaultHttpDataFactory {

        PartFactory() {
            super(false);
        }

        @Override
        public Attribute createAttribute(HttpRequest request, String name) {
            started();
            return new FormField(name);
        }

        @Override
        public Attribute createAttribute(HttpRequest request, String name, long size) {
            started();
            return new FormField(name);
        }

        @Override
        public FileUpload createFileUpload(
                HttpRequest request,
                String name,
                String filename,
                String type,
                String encoding,
                Charset charset,
                long size) {
            if (!name.equals("file")) {
                throw Problem.field(name, "不应有此文件", "unexpected file");
            }
            if (file != null) {
                throw Problem.field("file", "只能有一个文件", "only one file is allowed");
            }
            var arriving = new ArrivingFile(name, filename, type, encoding, charset);
            file = arriving;
            return arriving;
        }
    }

    private static final class FormField extends MemoryAttribute {
        FormField(String name) {
            super(name, StandardCharsets.UTF_8);
        }

        @Override
        public void checkSize(long size) {
            if (size > UploadRoute.MAX_FIELD_BYTES) {
                throw tooMuchText();
            }
        }
    }

    private final class ArrivingFile extends DiskFileUpload {
        ArrivingFile(String name, String filename, String type, String encoding, Charset charset) {
            super(name, filename, type, encoding, charset, 0, folder.toString(), false);
        }

        @Override
        public void checkSize(long size) {
            if (size > maxBytes) {
                throw tooLarge(maxBytes);
            }
        }

        @Override
        protected String getPrefix() {
            return PREFIX;
        }

        // The client's file name must not be used in a path.
        @Override
        protected String getDiskFilename() {
            return "file";
        }

        void letGo() {
            if (!isCompleted()) {
                delete();
            }
        }
    }
}
