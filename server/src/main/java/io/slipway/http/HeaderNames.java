package io.slipway.http;

import io.vertx.core.http.HttpHeaders;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Header names with a cached hash: a check-in reads a dozen. */
public final class HeaderNames {

    public static final CharSequence CONNECTION = HttpHeaders.createOptimized("connection");
    public static final CharSequence CONTENT_LENGTH = HttpHeaders.createOptimized("content-length");
    public static final CharSequence EXPECT = HttpHeaders.createOptimized("expect");
    public static final CharSequence USER_AGENT = HttpHeaders.createOptimized("user-agent");
    public static final CharSequence DEVICE_ID = HttpHeaders.createOptimized("device-id");
    public static final CharSequence ORIGIN = HttpHeaders.createOptimized("origin");
    static final CharSequence HOST = HttpHeaders.createOptimized("host");
    static final CharSequence FORWARDED_FOR = HttpHeaders.createOptimized("x-forwarded-for");
    static final CharSequence FORWARDED_PROTO = HttpHeaders.createOptimized("x-forwarded-proto");
    static final CharSequence FORWARDED_HOST = HttpHeaders.createOptimized("x-forwarded-host");
    static final CharSequence FORWARDED_PORT = HttpHeaders.createOptimized("x-forwarded-port");
    static final CharSequence FORWARDED = HttpHeaders.createOptimized("forwarded");
    static final CharSequence REAL_IP = HttpHeaders.createOptimized("x-real-ip");
    static final CharSequence VIA = HttpHeaders.createOptimized("via");

    // Headers of responses to devices, in the exact spelling on the wire; validated once, here,
    // rather than for each response.
    public static final CharSequence ANSWER_TYPE = HttpHeaders.createOptimized("Content-Type");
    public static final CharSequence ANSWER_LENGTH = HttpHeaders.createOptimized("Content-Length");
    public static final CharSequence ANSWER_DATE = HttpHeaders.createOptimized("Date");
    static final CharSequence ANSWER_CONNECTION = HttpHeaders.createOptimized("Connection");
    static final CharSequence CLOSE = HttpHeaders.createOptimized("close");
    static final CharSequence KEEP_ALIVE = HttpHeaders.createOptimized("keep-alive");
    public static final CharSequence JSON = HttpHeaders.createOptimized("application/json");

    /** By the spelling that features use. */
    static final Map<String, CharSequence> KNOWN =
            List.of(
                            "Device-Id",
                            "Client-Id",
                            "User-Agent",
                            "Accept-Language",
                            "Serial-Number",
                            "Activation-Version",
                            "Authorization")
                    .stream()
                    .collect(Collectors.toMap(name -> name, HttpHeaders::createOptimized));

    private HeaderNames() {}
}
