package io.slipway.simulator.strict;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Parses a raw HTTP response as the strictest firmware does (device-contract R5, 2.8): for each
 * property, the least tolerant release decides.
 */
public final class StrictHttp {

    /** With a body of this size, firmware 1.8.0 and from 2.0.0 on hangs until it is powered off. */
    static final int DEADLY_BODY = 8192;

    private static final int LARGE_BODY = 4096;
    private static final int LARGE_HEAD = 512;
    private static final int MAX_HEAD = 8192;
    static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([0-9]{3})( .*)?");
    private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    private StrictHttp() {}

    /**
     * Reads one response to its end.
     *
     * @throws RuleBroken if a device in the field would break
     * @throws IOException if the network failed, which devices can handle
     */
    public static Response read(InputStream raw) throws IOException {
        var in = new BufferedInputStream(raw, 2048);
        String head = head(in);
        String[] lines = head.split("\r\n", -1);
        int status = status(lines[0]);
        Map<String, String> headers = headers(lines);
        String type = header(headers, "content-type");
        int length = length(headers);
        String kind = type == null ? "" : type.toLowerCase(Locale.ROOT);
        // py-xiaozhi refuses to parse anything but JSON. No client reads an error.
        boolean understood =
                kind.startsWith("application/json")
                        || (status >= 400 && kind.startsWith("text/plain"));
        if (!understood) {
            throw new RuleBroken(
                    "§2.8", "Content-Type is " + type + " instead of application/json");
        }
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new EOFException("connection cut after " + body.length + " of " + length);
        }
        if (in.available() > 0) {
            throw new RuleBroken("R5", "more bytes than announced by Content-Length");
        }
        var warnings = new ArrayList<String>(0);
        if (length >= LARGE_BODY) {
            warnings.add("R5: body of 4096 bytes or more");
        }
        if (head.length() > LARGE_HEAD) {
            warnings.add("§2.8: 4G modems may lose headers longer than 512 bytes");
        }
        return new Response(status, body, warnings);
    }

    static String head(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream(256);
        int matched = 0;
        while (matched < 4) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("connection closed before the end of the headers");
            }
            if (head.size() == MAX_HEAD) {
                throw new RuleBroken("§2.8", "headers without an end");
            }
            head.write(next);
            if (next == "\r\n\r\n".charAt(matched)) {
                matched++;
            } else if (next == '\n') {
                throw new RuleBroken("§2.8", "a header line ends with LF instead of CR LF");
            } else {
                matched = next == '\r' ? 1 : 0;
            }
        }
        String text = head.toString(ISO_8859_1);
        return text.substring(0, text.length() - 4);
    }

    private static int status(String line) {
        var matcher = STATUS.matcher(line);
        if (!matcher.matches()) {
            throw new RuleBroken("§2.8", "status line " + shortened(line));
        }
        int status = Integer.parseInt(matcher.group(1));
        if (status < 200 || status == 204 || (status >= 300 && status < 400)) {
            throw new RuleBroken("R5", "status " + status);
        }
        if (status == 429) {
            throw new RuleBroken("§4", "status 429: no device can handle it");
        }
        return status;
    }

    static Map<String, String> headers(String[] lines) {
        var headers = new LinkedHashMap<String, String>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon < 0 || !NAME.matcher(lines[i].substring(0, colon)).matches()) {
                throw new RuleBroken("§2.8", "header line " + shortened(lines[i]));
            }
            String name = lines[i].substring(0, colon);
            if (headers.put(name, lines[i].substring(colon + 1).strip()) != null) {
                throw new RuleBroken("§2.8", "two headers named " + name);
            }
        }
        return headers;
    }

    private static int length(Map<String, String> headers) {
        for (String banned : List.of("transfer-encoding", "content-encoding")) {
            String value = header(headers, banned);
            if (value != null) {
                throw new RuleBroken("R5", banned + ": " + shortened(value));
            }
        }
        String length = headers.get("Content-Length");
        if (length == null) {
            boolean other = header(headers, "content-length") != null;
            throw new RuleBroken(
                    "R5", other ? "Content-Length in another spelling" : "no Content-Length");
        }
        if (!length.matches("[0-9]{1,9}") || Integer.parseInt(length) == 0) {
            throw new RuleBroken("R5", "Content-Length: " + shortened(length));
        }
        if (Integer.parseInt(length) >= DEADLY_BODY) {
            throw new RuleBroken("R5", "a body of 8192 bytes or more makes devices hang");
        }
        return Integer.parseInt(length);
    }

    static @Nullable String header(Map<String, String> headers, String name) {
        for (var header : headers.entrySet()) {
            if (header.getKey().equalsIgnoreCase(name)) {
                return header.getValue();
            }
        }
        return null;
    }

    static String shortened(String text) {
        return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }
}
