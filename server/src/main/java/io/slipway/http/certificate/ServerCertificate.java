package io.slipway.http.certificate;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A certificate and the key that belongs to it.
 *
 * @param chain the server's first, then as in the file
 * @param context for connections of clients
 */
public record ServerCertificate(List<X509Certificate> chain, SSLContext context) {

    /** Devices resume nothing; browsers do, and bring what is needed for it. */
    private static final int SESSIONS = 4_096;

    public ServerCertificate {
        chain = List.copyOf(chain);
    }

    /** When the first of them ends. */
    public Instant end() {
        return chain.stream()
                .map(each -> each.getNotAfter().toInstant())
                .min(Comparator.naturalOrder())
                .orElseThrow();
    }

    /** The server's own. */
    public X509Certificate own() {
        return chain.getFirst();
    }

    /**
     * Reads both.
     *
     * @param certificates the file of {@code tls.certificate}
     * @param key the file of {@code tls.key}
     */
    static ServerCertificate read(byte[] certificates, byte[] key) throws UnusableCertificate {
        List<X509Certificate> chain = chain(certificates);
        PublicKey its = chain.getFirst().getPublicKey();
        PrivateKey own = PrivateKeys.read(key, its.getAlgorithm());
        if (!belong(own, its)) {
            throw new UnusableCertificate(
                    "tls.key 的私钥不属于 tls.certificate 的第一个证书：它们须来自同一次签发，服务器证书在前",
                    "the private key of tls.key does not belong to the first certificate of"
                            + " tls.certificate: both must be from the same issue, and the server's"
                            + " certificate first");
        }
        return new ServerCertificate(chain, context(chain, own));
    }

    private static List<X509Certificate> chain(byte[] file) throws UnusableCertificate {
        var chain = new ArrayList<X509Certificate>();
        try {
            var factory = CertificateFactory.getInstance("X.509");
            for (PemFile.PemBlock block : PemFile.blocks(file)) {
                if (block.label().equals("CERTIFICATE")) {
                    chain.add(
                            (X509Certificate)
                                    factory.generateCertificate(
                                            new ByteArrayInputStream(block.bytes())));
                }
            }
        } catch (CertificateException e) {
            throw new UnusableCertificate(
                    "tls.certificate 的文件里有损坏的证书",
                    "the file of tls.certificate contains a damaged certificate");
        }
        if (chain.isEmpty()) {
            throw new UnusableCertificate(
                    "tls.certificate 的文件里没有证书（PEM，CERTIFICATE）",
                    "the file of tls.certificate contains no certificate (PEM, CERTIFICATE)");
        }
        return chain;
    }

    private static boolean belong(PrivateKey own, PublicKey its) {
        String algorithm =
                switch (own.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> own.getAlgorithm();
                };
        try {
            byte[] text = new byte[32];
            new SecureRandom().nextBytes(text);
            var signature = Signature.getInstance(algorithm);
            signature.initSign(own);
            signature.update(text);
            byte[] signed = signature.sign();
            signature.initVerify(its);
            signature.update(text);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static SSLContext context(List<X509Certificate> chain, PrivateKey own)
            throws UnusableCertificate {
        try {
            char[] none = new char[0];
            // The usual kind refuses certificates that are not in order, which is only reported.
            var store = KeyStore.getInstance("JKS");
            store.load(null, none);
            store.setKeyEntry("server", own, none, chain.toArray(new X509Certificate[0]));
            var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, none);
            var context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            context.getServerSessionContext().setSessionCacheSize(SESSIONS);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new UnusableCertificate(
                    "证书不能用于 TLS（" + e.getMessage() + "）",
                    "the certificate can't be used for TLS (" + e.getMessage() + ")");
        }
    }
}
