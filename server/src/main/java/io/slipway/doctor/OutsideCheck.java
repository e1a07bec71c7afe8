package io.slipway.doctor;

import io.slipway.doctor.RawCall.RawAnswer;
import io.slipway.http.ServerUrl;
import io.slipway.keys.Sha256;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the server through its public address as a device does: whatever lies in between may
 * change what firmware can't cope with (device-contract 2.8).
 */
public final class OutsideCheck {

    /** In a head: firmware and modems expect no more. */
    private static final List<String> EXPECTED =
            List.of("content-type", "content-length", "connection", "date");

    private static final Duration SOON = Duration.ofDays(14);

    /** The largest that the documented proxies let through, bytes. */
    private static final int MOST_IMAGE = 64 * 1024 * 1024;

    private static final String IMAGE = "/v1/firmware/…";

    /** A key that every example of RFC 6455 has. */
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    private final ServerUrl url;
    private final String path;
    private final Instant now;
    private final @Nullable ServerUrl image;
    private final DoctorReport report = new DoctorReport();

    private OutsideCheck(ServerUrl url, Optional<ServerUrl> image, Instant now) {
        this.url = url;
        this.image = image.orElse(null);
        this.path = url.path().equals("/") ? "" : url.path();
        this.now = now;
    }

    /**
     * Makes a handful of calls; takes a minute at most, and five more for an image.
     *
     * @param base {@code http(s)://host[:port][/path]}, without a slash at its end
     * @param image where a person downloads a build; empty for none
     */
    public static List<DoctorFinding> run(String base, String image, Instant now) {
        ServerUrl url = ServerUrl.parse(base, "http", 300).orElse(null);
        if (url == null || url.path().contains("?")) {
            var report = new DoctorReport();
            report.harm(
                    base + " 不是设备能用的地址",
                    base + " is no address for devices",
                    "应为 http(s)://主机[:端口][/路径]",
                    "it must be http(s)://host[:port][/path]");
            return report.findings();
        }
        var check = new OutsideCheck(url, ServerUrl.parse(image, "http", 1_000), now);
        check.all(base);
        if (!image.isEmpty()) {
            check.image();
        }
        return check.report.findings();
    }

    private void all(String base) {
        if (url.host().indexOf(':') >= 0) {
            report.harm(
                    "地址是 IPv6 字面量",
                    "the address is an IPv6 literal",
                    "固件解析不了，请用域名或 IPv4",
                    "firmware can't parse it; use a name or IPv4");
            return;
        }
        tlsPort();
        RawAnswer answer = call("/v1/ota/", post("/v1/ota/"));
        if (answer == null) {
            return;
        }
        reach(base);
        certificate(answer);
        if (device(answer, "/v1/ota/", 400)) {
            if (!answer.text().contains("Device ID")) {
                report.harm(
                        "应答的不是 Slipway",
                        "something other than Slipway answers",
                        "检查域名和代理转发到哪里",
                        "check where the name and the proxy lead");
                return;
            }
            activate();
            download();
            socket();
            closes(answer);
        }
        plainHttp();
    }

    // device-contract 7.1: their firmware decides by the port, whatever the scheme.
    private void tlsPort() {
        if (url.tls() && url.port() != 443) {
            report.note(
                    "HTTPS 不在 443 端口",
                    "HTTPS is not on port 443",
                    "1.8 以前固件的 4G 板子只在 443 端口用 TLS：请让外网的 443 端口转到这里",
                    "4G boards with firmware before 1.8 speak TLS on port 443 only: publish that"
                            + " port if you can");
        }
    }

    private String host() {
        return url.port() == (url.tls() ? 443 : 80) ? url.host() : url.host() + ":" + url.port();
    }

    // Without a Device-Id nothing is stored, but the answer takes a device's way out.
    private String post(String route) {
        return "POST "
                + path
                + route
                + " HTTP/1.1\r\nHost: "
                + host()
                + "\r\nConnection: close\r\nContent-Length: 2\r\nContent-Type: application/json\r\n"
                + "User-Agent: doctor/2.4.2\r\n\r\n{}";
    }

    private String get(String route, String more) {
        return "GET " + path + route + " HTTP/1.1\r\nHost: " + host() + "\r\n" + more + "\r\n";
    }

    private @Nullable RawAnswer call(String route, String request) {
        return call(route, request, RawCall.MOST_BODY);
    }

    private @Nullable RawAnswer call(String route, String request, int most) {
        try {
            return RawCall.send(url, request, most);
        } catch (UnknownHostException e) {
            report.harm(
                    "域名 " + url.host() + " 无法解析",
                    "the name " + url.host() + " can't be resolved",
                    "在域名服务商处添加 A 记录",
                    "add an A record where the domain is registered");
        } catch (SSLException e) {
            report.harm(
                    "TLS 握手失败：" + e.getMessage(),
                    "the TLS handshake fails: " + e.getMessage(),
                    "固件要求 TLS 1.2、含中间证书的完整证书链和匹配的域名：在代理上配置 fullchain 证书",
                    "firmware needs TLS 1.2, a chain with all intermediate certificates and a"
                            + " matching name: give the proxy the full chain");
        } catch (ConnectException | NoRouteToHostException | SocketTimeoutException e) {
            report.harm(
                    "连接不上 " + url.authority() + "（" + e.getMessage() + "）",
                    url.authority() + " can't be reached (" + e.getMessage() + ")",
                    "检查服务器是否在运行、防火墙和端口映射",
                    "check that the server runs, the firewall and port forwarding");
        } catch (IOException e) {
            report.harm(
                    route + " 的应答无效（" + e.getMessage() + "）",
                    "the answer of " + route + " is invalid (" + e.getMessage() + ")",
                    "检查代理转发到的端口",
                    "check which port the proxy passes it on to");
        }
        return null;
    }

    private void reach(String base) {
        try {
            if (InetAddress.getByName(url.host()).isLoopbackAddress()) {
                report.note(
                        base + " 只有本机能访问",
                        "only this machine can reach " + base,
                        "设备请用局域网地址或域名，并以 --url 再检查",
                        "give devices the address in your network or a name, and check that with"
                                + " --url");
                return;
            }
        } catch (UnknownHostException e) {
            // It has just been reached: fine for now.
        }
        report.fine(base + " 可以连接", base + " can be reached");
    }

    private void certificate(RawAnswer answer) {
        var certificate = answer.certificate();
        if (certificate == null) {
            return;
        }
        Instant end = certificate.getNotAfter().toInstant();
        long days = Duration.between(now, end).toDays();
        if (now.plus(SOON).isAfter(end)) {
            report.harm(
                    "TLS 证书还有 " + days + " 天到期",
                    "the TLS certificate expires in " + days + " days",
                    "检查自动续期：到期后所有设备都会失联",
                    "check its renewal: all devices lose contact when it ends");
        } else {
            report.fine(
                    "TLS 1.2 和证书链有效，还有 " + days + " 天",
                    "TLS 1.2 and the certificate chain are valid, for " + days + " days");
        }
    }

    /** Whether a device could read the answer at all. */
    private boolean device(RawAnswer answer, String route, int expected) {
        if (answer.status() >= 300 && answer.status() < 400) {
            report.harm(
                    route + " 被重定向到 " + answer.header("Location"),
                    route + " is redirected to " + answer.header("Location"),
                    "固件不跟随重定向：让代理直接转发",
                    "firmware follows no redirect: let the proxy pass it on directly");
            return false;
        }
        int before = report.size();
        if (answer.status() != expected) {
            report.harm(
                    route + " 的应答是 " + answer.status() + "，应为 " + expected,
                    route + " answers " + answer.status() + " instead of " + expected,
                    "检查代理对此路径的规则",
                    "check the proxy's rules for that path");
        }
        if (answer.header("Transfer-Encoding") != null || answer.header("Content-Length") == null) {
            report.harm(
                    route + " 的应答没有 Content-Length",
                    "the answer of " + route + " has no Content-Length",
                    "固件会把它当成空的：关闭代理的分块、压缩和改写",
                    "firmware takes it for empty: switch off chunking, compression and rewriting"
                            + " in the proxy");
        } else if (!answer.spells("Content-Length")) {
            report.harm(
                    route + " 应答头的大小写被改写",
                    "names of headers in the answer of " + route + " were changed to lower case",
                    "4G 模组区分大小写，会收不到应答：HAProxy 请配 h1-case-adjust，或用 TCP 转发",
                    "4G modems match them case-sensitively and get nothing: with HAProxy use"
                            + " h1-case-adjust, or pass TCP through");
        }
        if (answer.header("Content-Encoding") != null) {
            report.harm(
                    route + " 的应答被压缩",
                    "the answer of " + route + " is compressed",
                    "固件不会解压：在代理上对此路径关闭压缩",
                    "firmware can't unpack it: switch off compression for that path");
        }
        List<String> added =
                answer.headers().stream()
                        .map(line -> line.substring(0, Math.max(0, line.indexOf(':'))))
                        .filter(name -> !EXPECTED.contains(name.toLowerCase(Locale.ROOT)))
                        .toList();
        if (!added.isEmpty() && before == report.size()) {
            report.note(
                    "代理在 " + route + " 的应答中加了 " + String.join("、", added),
                    "the proxy adds " + String.join(", ", added) + " to the answer of " + route,
                    "能去掉就去掉：部分 4G 模组会丢失较长的应答头",
                    "remove them if you can: some 4G modems lose long heads");
        } else if (before == report.size()) {
            report.fine(route + " 的应答设备可以读取", "devices can read the answer of " + route);
        }
        return !report.harmSince(before);
    }

    private void activate() {
        String route = "/v1/ota/activate";
        RawAnswer answer = call(route, post(route));
        if (answer != null) {
            device(answer, route, 400);
        }
    }

    private void download() {
        String route = "/v1/firmware/none";
        RawAnswer answer = call(route, get(route, "Connection: close\r\n"));
        if (answer != null) {
            device(answer, route, 404);
        }
    }

    /** A build as devices get it: all of it, and unchanged. */
    private void image() {
        ServerUrl file = image;
        String below = path + "/v1/firmware/";
        if (file == null
                || file.tls() != url.tls()
                || !file.host().equals(url.host())
                || file.port() != url.port()
                || !file.path().startsWith(below)) {
            report.note(
                    "固件的下载地址不在被检查的地址之下，没有下载",
                    "the address of the image is not below the one that is checked: it was not"
                            + " downloaded",
                    "固件在对象存储中时请直接检查那里；否则用 /v1/builds/{id}/file 重定向到的地址",
                    "images in an object store come from there; otherwise give the address to which"
                            + " /v1/builds/{id}/file redirects");
            return;
        }
        String route = file.path().substring(path.length());
        RawAnswer part = call(IMAGE, get(route, "Connection: close\r\nRange: bytes=0-1023\r\n"));
        if (part == null) {
            return;
        }
        if (part.status() == 403 || part.status() == 404) {
            report.note(
                    "固件的下载地址无效或已失效（" + part.status() + "）",
                    "the address of the image is not valid, or not any more ("
                            + part.status()
                            + ")",
                    "它的有效期是 15 分钟，请重新取一个",
                    "it is for 15 minutes: get a new one");
            return;
        }
        String tag = part.header("ETag");
        String range = part.header("Content-Range");
        if (part.status() != 206 || range == null || !range.startsWith("bytes 0-")) {
            report.note(
                    "对下载的 Range 请求得到 " + part.status(),
                    "a request for a part of an image gets " + part.status(),
                    "代理去掉了 Range 请求头：断点续传会从头开始",
                    "the proxy drops the header Range: whoever resumes a download starts again");
        }
        RawAnswer whole = call(IMAGE, get(route, "Connection: close\r\n"), MOST_IMAGE);
        if (whole != null && device(whole, IMAGE, 200)) {
            unchanged(whole, tag == null ? "" : tag.replace("\"", ""));
        }
    }

    /**
     * @param sha256 that of the image, in hex; something else if it is not known
     */
    private void unchanged(RawAnswer whole, String sha256) {
        String length = whole.header("Content-Length");
        String all = Integer.toString(whole.body().length);
        boolean known = sha256.matches("[0-9a-f]{64}");
        if (!all.equals(length)) {
            report.harm(
                    "固件只收到 " + all + " 字节，应为 " + length,
                    "only " + all + " bytes of an image of " + length + " arrive",
                    "检查代理的大小和时间限制",
                    "check the proxy's limits of size and time");
        } else if (known && !Sha256.hex(whole.body()).equals(sha256)) {
            report.harm(
                    "固件在途中被改动",
                    "the image is changed on the way",
                    "关闭代理对 /v1/firmware/ 的改写和缓存",
                    "switch off rewriting and caching of /v1/firmware/ in the proxy");
        } else if (known) {
            report.fine("固件原样到达（" + all + " 字节）", "an image arrives unchanged (" + all + " bytes)");
        } else {
            report.note(
                    "没有 ETag，无法核对固件的内容",
                    "without an ETag, what arrives of an image can't be compared",
                    "让代理保留 ETag",
                    "let the proxy keep the header ETag");
        }
    }

    // Without a token: refused, but only if the request for a WebSocket has arrived as one.
    private void socket() {
        String route = "/v1/ws/";
        String upgrade =
                "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: "
                        + KEY
                        + "\r\n";
        RawAnswer answer = call(route, get(route, upgrade));
        if (answer == null) {
            return;
        }
        if (answer.status() == 401) {
            report.fine("WebSocket 能到达服务器", "WebSockets reach the server");
        } else {
            report.harm(
                    "WebSocket 到不了服务器（" + answer.status() + "）",
                    "WebSockets do not reach the server (" + answer.status() + ")",
                    "设备将无法对话：让代理转发 Upgrade 和 Connection 请求头，HTTP/1.1",
                    "devices can't talk: let the proxy pass on the headers Upgrade and Connection,"
                            + " with HTTP/1.1");
        }
    }

    private void closes(RawAnswer answer) {
        if (answer.closedFirst()) {
            report.note(
                    "代理先于设备关闭连接",
                    "the proxy closes connections before the device does",
                    "新固件偶尔会因此重启；设备多时请让它们直连服务器端口，或用 TCP 转发",
                    "current firmware sometimes restarts because of that; for many devices use the"
                            + " server's own port, or pass TCP through");
        }
    }

    // Devices that were set up before there was TLS still call it.
    private void plainHttp() {
        if (!url.tls() || url.port() != 443) {
            return;
        }
        var plain = new ServerUrl(false, url.host(), 80, url.path());
        try {
            RawAnswer answer = RawCall.send(plain, post("/v1/ota/"));
            if (answer.status() >= 300 && answer.status() < 400) {
                report.note(
                        "http:// 被重定向到 https://",
                        "http:// is redirected to https://",
                        "填写 http:// 地址的设备会失联：请对 /v1/ota/ 关闭重定向，或在设备上填写 https://",
                        "devices that were given http:// lose contact: don't redirect /v1/ota/, or"
                                + " give devices https://");
            }
        } catch (IOException e) {
            // Nothing there: nobody can have been given it.
        }
    }
}
