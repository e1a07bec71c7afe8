package io.slipway.http;

import io.slipway.settings.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * @param host address to listen on
 * @param port 0 picks a free one
 * @param trustedProxies addresses or CIDR ranges whose {@code X-Forwarded-*} and {@code Forwarded}
 *     headers and PROXY protocol are trusted
 * @param publicUrl {@code scheme://host[:port][/path]} that people and devices use, empty to use
 *     the Host header
 * @param idleTimeout a connection without traffic for this long is closed
 * @param connections maximum number of clients' connections; 0 to derive it from the file
 *     descriptors and the memory of this process
 * @param socketBuffer bytes that may be queued on a WebSocket before its source is paused
 * @param tls null for plain HTTP only
 */
public record HttpConfig(
        String host,
        int port,
        List<Cidr> trustedProxies,
        String publicUrl,
        Duration idleTimeout,
        int connections,
        int socketBuffer,
        @Nullable TlsConfig tls) {
    public HttpConfig {
        trustedProxies = List.copyOf(trustedProxies);
    }

    /** Without TLS. */
    public HttpConfig(
            String host,
            int port,
            List<Cidr> trustedProxies,
            String publicUrl,
            Duration idleTimeout,
            int connections,
            int socketBuffer) {
        this(host, port, trustedProxies, publicUrl, idleTimeout, connections, socketBuffer, null);
    }

    /** The path of {@link #publicUrl}. */
    public Subpath subpath() {
        return Subpath.of(publicUrl);
    }

    /** Reads them; errors are reported to {@code s}. */
    public static HttpConfig read(Settings s) {
        String host = s.text("http.host", "0.0.0.0", "监听地址", "address to listen on");
        int port = s.number("http.port", 8080, 0, 65535, "监听端口", "port to listen on");
        String url =
                s.site(
                        "public.url",
                        "对外地址，可以带路径；留空则跟随设备所访问的 Host",
                        "public URL for people and devices, which may have a path; empty to use the"
                                + " request's Host header");
        var proxies = new ArrayList<Cidr>();
        String named =
                s.text(
                        "http.trusted-proxies",
                        "",
                        "可信反向代理的地址或网段，逗号分隔；只有它们的 X-Forwarded-*、Forwarded 和 PROXY 协议有效",
                        "proxies whose X-Forwarded-*, Forwarded and PROXY protocol are trusted:"
                                + " addresses or CIDR ranges, comma-separated");
        for (String proxy : named.isEmpty() ? List.<String>of() : List.of(named.split(","))) {
            Cidr.parse(proxy.strip())
                    .ifPresentOrElse(
                            proxies::add,
                            () ->
                                    s.problem(
                                            "http.trusted-proxies",
                                            proxy,
                                            "addresses or CIDR ranges"));
        }
        Duration idle =
                s.duration(
                        "http.idle-timeout",
                        "75 s",
                        "空闲连接的关闭时间",
                        "time after which idle connections are closed");
        int connections =
                s.number(
                        "http.connections",
                        0,
                        0,
                        1_000_000,
                        "同时打开的连接数上限；0 为按文件描述符数量和内存自动决定",
                        "maximum number of open connections; 0 to derive it from the file"
                                + " descriptors and the memory");
        int buffer =
                s.number(
                        "session.buffer",
                        256,
                        128,
                        4_096,
                        "每个会话每个方向的缓冲上限，KiB；超过四分之一时来源放慢",
                        "buffer limit per direction of a session, in KiB; beyond a quarter of it"
                                + " its source is slowed down");
        var tls = TlsConfig.read(s, port);
        return new HttpConfig(host, port, proxies, url, idle, connections, buffer * 1024 / 4, tls);
    }

    /** Whether devices may use plain HTTP. */
    public boolean plainDevices() {
        return tls == null || tls.plainDevices();
    }

    /** Whether the settings name this address as a proxy. */
    public boolean isProxy(String address) {
        return !trustedProxies.isEmpty()
                && Cidr.address(address)
                        .map(a -> trustedProxies.stream().anyMatch(p -> p.contains(a)))
                        .orElse(false);
    }
}
