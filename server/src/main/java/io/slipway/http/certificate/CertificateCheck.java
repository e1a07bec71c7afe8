package io.slipway.http.certificate;

import io.slipway.text.Sentence;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** What firmware and browsers need of a certificate (device-contract 2.8). Pure. */
final class CertificateCheck {

    /** After those for three months are usually renewed, which is 30 days before the end. */
    private static final Duration FIRST = Duration.ofDays(27);

    private static final Duration LAST = Duration.ofDays(7);

    // Certificates for days or weeks are renewed later than those for months.
    private static final int FIRST_PART = 3;
    private static final int LAST_PART = 10;

    private static final int LEAST_RSA = 2048;

    /** What an ESP32's hardware multiplies, bits. */
    private static final int MOST_RSA = 4096;

    private static final Set<Integer> CURVES = Set.of(256, 384, 521);

    /** What mbed TLS accepts between a certificate and an authority that it knows. */
    private static final int MOST_BETWEEN = 8;

    /** mbed TLS reads no message of a handshake that needs more than one record, bytes. */
    private static final int MOST_MESSAGE = 16_000;

    private static final Set<String> SIGNATURES =
            Set.of(
                    "SHA256WITHRSA",
                    "SHA384WITHRSA",
                    "SHA512WITHRSA",
                    "SHA256WITHECDSA",
                    "SHA384WITHECDSA",
                    "SHA512WITHECDSA");

    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;
    private static final String SERVER = "1.3.6.1.5.5.7.3.1";
    private static final String ANY_USE = "2.5.29.37.0";

    private CertificateCheck() {}

    /** What does not change with time. */
    static List<CertificateFinding> lasting(ServerCertificate certificate, String publicUrl) {
        var found = new ArrayList<CertificateFinding>();
        boolean devices = publicUrl.startsWith("https:");
        name(certificate.own(), devices ? host(publicUrl) : "", found);
        key(certificate.own().getPublicKey(), found);
        use(certificate.own(), found);
        chain(certificate.chain(), devices, found);
        signatures(certificate.chain(), found);
        size(certificate.chain(), found);
        return found;
    }

    // ------------------------------------------------------------ its time

    /** Whether it is valid, and for long enough: from 30 days on, and again from 7 days. */
    static List<CertificateFinding> time(ServerCertificate certificate, Instant now) {
        var found = new ArrayList<CertificateFinding>();
        Instant begin = certificate.own().getNotBefore().toInstant();
        // The one that ends first decides, whoever it belongs to.
        Instant end = certificate.end();
        Duration whole = Duration.between(begin, end);
        Duration left = Duration.between(now, end);
        long days = left.toDays();
        var advice =
                new Sentence(
                        "续期后把新文件放到原处，服务器一分钟内会自行换用",
                        "renew it and put the new files in the place of the old ones: the server"
                                + " takes them within a minute");
        if (now.isBefore(begin)) {
            found.add(
                    CertificateFinding.of(
                            true,
                            "HTTPS 证书从 " + begin + " 起才有效",
                            "The certificate for HTTPS is not valid before " + begin,
                            "检查本机时间",
                            "check this machine's clock"));
        } else if (left.isNegative() || left.isZero()) {
            found.add(
                    new CertificateFinding(
                            true,
                            new Sentence(
                                    "HTTPS 证书已于 " + end + " 到期",
                                    "The certificate for HTTPS expired at " + end),
                            advice));
        } else if (left.compareTo(least(FIRST, whole.dividedBy(FIRST_PART))) <= 0) {
            boolean soon = left.compareTo(least(LAST, whole.dividedBy(LAST_PART))) <= 0;
            found.add(
                    new CertificateFinding(
                            soon,
                            new Sentence(
                                    "HTTPS 证书还有 " + days + " 天到期" + (soon ? "，自动续期没有起作用" : ""),
                                    "The certificate for HTTPS expires in "
                                            + days
                                            + " days"
                                            + (soon ? ": its renewal does not work" : "")),
                            advice));
        }
        return found;
    }

    private static Duration least(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    // ------------------------------------------------------------ its name

    private static void name(
            X509Certificate certificate, String host, List<CertificateFinding> found) {
        List<String> names = names(certificate);
        if (names.isEmpty()) {
            found.add(
                    CertificateFinding.of(
                            true,
                            "HTTPS 证书里没有主机名（SAN）",
                            "The certificate for HTTPS names no host (SAN)",
                            "重新签发，主机名须写在 Subject Alternative Name 里",
                            "have it issued again, with the name as Subject Alternative Name"));
        } else if (!host.isEmpty() && names.stream().noneMatch(each -> covers(each, host))) {
            String some = String.join(", ", names.subList(0, Math.min(3, names.size())));
            found.add(
                    CertificateFinding.of(
                            true,
                            "HTTPS 证书是给 " + some + " 的，而 public.url 的主机是 " + host,
                            "The certificate for HTTPS is for "
                                    + some
                                    + ", but the host of public.url is "
                                    + host,
                            "为这个主机名签发证书，或改 public.url",
                            "get one for that host, or change public.url"));
        }
    }

    private static List<String> names(X509Certificate certificate) {
        var names = new ArrayList<String>();
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            for (List<?> each : all == null ? List.<List<?>>of() : all) {
                boolean usable = each.get(0).equals(DNS_NAME) || each.get(0).equals(IP_ADDRESS);
                if (usable && each.get(1) instanceof String name) {
                    names.add(name.toLowerCase(Locale.ROOT));
                }
            }
        } catch (CertificateParsingException e) {
            return List.of();
        }
        return names;
    }

    // A star stands for exactly one label.
    private static boolean covers(String name, String host) {
        int dot = host.indexOf('.');
        return name.equals(host)
                || (name.startsWith("*.")
                        && dot > 0
                        && host.substring(dot).equals(name.substring(1)));
    }

    private static String host(String url) {
        String host = URI.create(url).getHost();
        return host == null ? "" : host.toLowerCase(Locale.ROOT);
    }

    // ------------------------------------------------------------ its key

    private static void key(PublicKey key, List<CertificateFinding> found) {
        boolean readable =
                switch (key) {
                    case RSAPublicKey rsa ->
                            rsa.getModulus().bitLength() >= LEAST_RSA
                                    && rsa.getModulus().bitLength() <= MOST_RSA;
                    case ECPublicKey ec ->
                            CURVES.contains(ec.getParams().getCurve().getField().getFieldSize());
                    default -> false;
                };
        if (!readable) {
            found.add(
                    CertificateFinding.of(
                            true,
                            "设备不支持 HTTPS 证书的密钥类型（" + key.getAlgorithm() + "）",
                            "Devices do not support the kind of key of the certificate for HTTPS ("
                                    + key.getAlgorithm()
                                    + ")",
                            "使用 RSA（2048 至 4096 位）或 EC（P-256、P-384）密钥",
                            "use an RSA key of 2048 to 4096 bits, or an EC key (P-256, P-384)"));
        }
    }

    private static void use(X509Certificate certificate, List<CertificateFinding> found) {
        try {
            List<String> uses = certificate.getExtendedKeyUsage();
            if (uses != null && !uses.contains(SERVER) && !uses.contains(ANY_USE)) {
                found.add(
                        CertificateFinding.of(
                                true,
                                "HTTPS 证书不是服务器证书",
                                "The certificate for HTTPS is not for servers",
                                "签发时须包含 serverAuth 用途",
                                "have it issued for serverAuth"));
            }
        } catch (CertificateParsingException e) {
            // Whoever reads it will say so.
        }
    }

    // ------------------------------------------------------------ its issuers

    private static void chain(
            List<X509Certificate> chain, boolean devices, List<CertificateFinding> found) {
        for (int i = 0; i + 1 < chain.size(); i++) {
            if (!issued(chain.get(i), chain.get(i + 1))) {
                found.add(
                        CertificateFinding.of(
                                true,
                                "tls.certificate 中的证书顺序不对：第 "
                                        + (i + 2)
                                        + " 个没有签发第 "
                                        + (i + 1)
                                        + " 个",
                                "The certificates in tls.certificate are not in order: number "
                                        + (i + 2)
                                        + " has not issued number "
                                        + (i + 1),
                                "服务器证书在前，随后每个证书签发前一个（通常是 fullchain.pem）",
                                "put the server's first, and after each the one that issued it"
                                        + " (usually fullchain.pem)"));
                return;
            }
        }
        X509Certificate last = chain.getLast();
        boolean selfSigned = issued(last, last);
        if (known(last)) {
            return;
        }
        if (chain.size() == 1 && selfSigned) {
            found.add(
                    CertificateFinding.of(
                            devices,
                            "HTTPS 证书是自签名的：Wi-Fi 设备不接受",
                            "The certificate for HTTPS is self-signed: Wi-Fi devices refuse it",
                            "使用公共 CA 的证书，或让设备继续使用 HTTP",
                            "get one of a public authority, or let devices use plain HTTP"));
        } else if (selfSigned) {
            found.add(
                    CertificateFinding.of(
                            devices,
                            "HTTPS 证书由私有 CA 签发：Wi-Fi 设备不接受",
                            "The certificate for HTTPS is of a private authority: Wi-Fi devices"
                                    + " refuse it",
                            "使用公共 CA 的证书，或让设备继续使用 HTTP",
                            "get one of a public authority, or let devices use plain HTTP"));
        } else {
            found.add(
                    CertificateFinding.of(
                            devices,
                            "HTTPS 证书链不完整，或由私有 CA 签发：Wi-Fi 设备不接受",
                            "The chain of the certificate for HTTPS is incomplete, or of a private"
                                    + " authority: Wi-Fi devices refuse it",
                            "tls.certificate 用包含中间证书的文件（通常是 fullchain.pem）",
                            "give tls.certificate the file with the intermediate certificates"
                                    + " (usually fullchain.pem)"));
        }
    }

    private static boolean issued(X509Certificate certificate, X509Certificate by) {
        if (!certificate.getIssuerX500Principal().equals(by.getSubjectX500Principal())) {
            return false;
        }
        try {
            certificate.verify(by.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** Whether it is a public authority's, or issued by one. Firmware knows about the same ones. */
    private static boolean known(X509Certificate last) {
        try {
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init((KeyStore) null);
            for (var each : trust.getTrustManagers()) {
                if (each instanceof X509TrustManager manager) {
                    for (X509Certificate authority : manager.getAcceptedIssuers()) {
                        if (authority.equals(last) || issued(last, authority)) {
                            return true;
                        }
                    }
                }
            }
            return false;
        } catch (GeneralSecurityException e) {
            // Without a list nothing can be said.
            return true;
        }
    }

    private static void signatures(List<X509Certificate> chain, List<CertificateFinding> found) {
        for (X509Certificate each : chain) {
            String name = each.getSigAlgName().toUpperCase(Locale.ROOT);
            // That of an authority's own certificate is not verified.
            if (!SIGNATURES.contains(name) && !issued(each, each)) {
                found.add(
                        CertificateFinding.of(
                                true,
                                "设备不支持 HTTPS 证书的签名算法（" + each.getSigAlgName() + "）",
                                "Devices do not support a signature of the certificate for HTTPS ("
                                        + each.getSigAlgName()
                                        + ")",
                                "使用以 SHA-256 签名的 RSA 或 ECDSA 证书",
                                "use one that is signed by RSA or ECDSA with SHA-256"));
            }
        }
    }

    private static void size(List<X509Certificate> chain, List<CertificateFinding> found) {
        int bytes = 0;
        try {
            for (X509Certificate each : chain) {
                bytes += each.getEncoded().length + 3;
            }
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
        if (bytes > MOST_MESSAGE || chain.size() > MOST_BETWEEN + 1) {
            found.add(
                    CertificateFinding.of(
                            true,
                            "HTTPS 证书链过长（" + chain.size() + " 个，" + bytes + " 字节）",
                            "The chain of the certificate for HTTPS is too long for devices ("
                                    + chain.size()
                                    + " certificates, "
                                    + bytes
                                    + " bytes)",
                            "去掉 tls.certificate 中不需要的证书",
                            "remove from tls.certificate what is not needed"));
        }
    }
}
