package io.slipway.http;

import io.slipway.settings.Settings;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * TLS in this process.
 *
 * @param certificate PEM file: the server's certificate, then those of the authorities between it
 *     and a public one
 * @param key PEM file with its private key
 * @param port for HTTPS; 0 picks a free one
 * @param plainDevices whether devices are also served by plain HTTP, on the other port
 */
public record TlsConfig(Path certificate, Path key, int port, boolean plainDevices) {

    /** Reads them; null without a certificate. Errors are reported to {@code s}. */
    static @Nullable TlsConfig read(Settings s, int plainPort) {
        String certificate =
                s.text(
                        "tls.certificate",
                        "",
                        "HTTPS 证书的 PEM 文件，服务器证书在前，中间证书在后；留空则不提供 HTTPS",
                        "PEM file of the certificate for HTTPS, the server's first, then the"
                                + " intermediate ones; empty for no HTTPS");
        String key =
                s.text(
                        "tls.key",
                        "",
                        "其私钥的 PEM 文件，不加密",
                        "PEM file of its private key, unencrypted");
        int port =
                s.number("tls.port", 8443, 0, 65_535, "HTTPS 监听端口", "port to listen on for HTTPS");
        boolean plain =
                s.onOff(
                        "tls.plain-devices",
                        true,
                        "on",
                        "off",
                        "提供 HTTPS 时，设备是否仍可用 HTTP 访问 http.port；控制台总是转到 HTTPS",
                        "with HTTPS, whether devices may still use plain HTTP on http.port; the"
                                + " console is always redirected to HTTPS");
        if (certificate.isEmpty() != key.isEmpty()) {
            s.problem(
                    certificate.isEmpty() ? "tls.certificate" : "tls.key",
                    "",
                    "set together with " + (certificate.isEmpty() ? "tls.key" : "tls.certificate"));
            return null;
        }
        if (certificate.isEmpty()) {
            return null;
        }
        if (port != 0 && port == plainPort) {
            s.problem("tls.port", Integer.toString(port), "another port than http.port");
        }
        return new TlsConfig(Path.of(certificate), Path.of(key), port, plain);
    }
}
