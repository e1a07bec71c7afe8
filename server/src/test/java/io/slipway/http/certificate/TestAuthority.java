package io.slipway.http.certificate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A private authority with an intermediate one, which issues certificates for a test. */
public final class TestAuthority {

    private static final String PASSWORD = "of a test";

    private final Path store;

    /** Made in a folder of its own. */
    public TestAuthority(Path folder) throws IOException, InterruptedException {
        store = folder.resolve("authority.p12");
        make("root", "CN=Root", List.of("-ext", "bc:c"));
        make("between", "CN=Between", List.of("-ext", "bc:c", "-signer", "root"));
    }

    /** A certificate, with its chain below the root, and its key. */
    public record Issued(List<Certificate> chain, Key key) {

        public String chainText() throws GeneralSecurityException {
            var text = new StringBuilder();
            for (Certificate each : chain) {
                text.append(pem("CERTIFICATE", each.getEncoded()));
            }
            return text.toString();
        }

        public String keyText() {
            return pem("PRIVATE KEY", key.getEncoded());
        }

        /** Writes both files. */
        public void write(Path certificate, Path keyFile)
                throws IOException, GeneralSecurityException {
            Files.writeString(certificate, chainText());
            Files.writeString(keyFile, keyText());
        }
    }

    /** For {@code localhost}. */
    public Issued issue(String alias) throws Exception {
        return issue(alias, "-ext", "SAN=dns:localhost,ip:127.0.0.1");
    }

    /** By the intermediate authority. */
    public Issued issue(String alias, String... more) throws Exception {
        var options = new ArrayList<>(List.of(more));
        options.addAll(List.of("-signer", "between"));
        return of(alias, options);
    }

    /** Not issued by anybody. */
    public Issued selfSigned(String alias, String... more) throws Exception {
        return of(alias, List.of(more));
    }

    private Issued of(String alias, List<String> options) throws Exception {
        make(alias, "CN=" + alias, options);
        KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        List<Certificate> chain = List.of(keys.getCertificateChain(alias));
        boolean root = chain.size() > 1;
        return new Issued(
                root ? chain.subList(0, chain.size() - 1) : chain,
                keys.getKey(alias, PASSWORD.toCharArray()));
    }

    private void make(String alias, String name, List<String> more)
            throws IOException, InterruptedException {
        String tool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        var command =
                new ArrayList<>(
                        List.of(
                                tool,
                                "-genkeypair",
                                "-alias",
                                alias,
                                "-dname",
                                name,
                                "-storetype",
                                "PKCS12",
                                "-storepass",
                                PASSWORD,
                                "-keystore",
                                store.toString()));
        if (!more.contains("-keyalg")) {
            command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1"));
        }
        if (!more.contains("-startdate")) {
            // Valid by the clock of tests, which is in the past, and by that of the JDK.
            command.addAll(List.of("-startdate", "-1000d", "-validity", "5000"));
        }
        command.addAll(more);
        var made = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(made.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (made.waitFor() != 0) {
            throw new IOException(said);
        }
    }

    /** A block of a PEM file. */
    public static String pem(String label, byte[] der) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
    }

    /** The root's file, for clients in other processes. */
    public Path rootFile(Path file) throws IOException, GeneralSecurityException {
        return Files.writeString(file, pem("CERTIFICATE", root().getEncoded()));
    }

    private Certificate root() throws IOException, GeneralSecurityException {
        return KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray()).getCertificate("root");
    }

    /** For clients in this process. */
    public SSLContext trust() throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("root", root());
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
