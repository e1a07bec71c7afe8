package io.slipway.http.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.TestClock;
import io.slipway.http.TlsConfig;
import io.slipway.http.certificate.TestAuthority.Issued;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said about certificates and keys, and when their files are read again. */
class CertificateFilesTest {

    @TempDir static Path made;
    private static TestAuthority authority;
    private static Issued usual;
    private static Issued rsa;

    @TempDir Path folder;
    private final TestClock clock = new TestClock();
    private Path certificate;
    private Path key;

    @BeforeAll
    static void make() throws Exception {
        authority = new TestAuthority(made);
        usual = authority.issue("usual");
        rsa =
                authority.issue(
                        "rsa", "-keyalg", "RSA", "-keysize", "2048", "-ext", "SAN=dns:a.example");
    }

    @BeforeEach
    void write() throws Exception {
        certificate = folder.resolve("chain.pem");
        key = folder.resolve("key.pem");
        usual.write(certificate, key);
    }

    private CertificateFiles open(String publicUrl) throws UnusableCertificate {
        return CertificateFiles.open(new TlsConfig(certificate, key, 0, true), publicUrl, clock);
    }

    private String refusal() {
        try {
            open("");
            throw new AssertionError("it is in use");
        } catch (UnusableCertificate e) {
            assertThat(e.why().zh()).isNotBlank();
            return e.why().en();
        }
    }

    private List<String> found(Issued issued, String publicUrl) throws Exception {
        issued.write(certificate, key);
        return texts(open(publicUrl));
    }

    private static List<String> texts(CertificateFiles files) {
        return files.findings().stream().map(each -> each.what().en()).toList();
    }

    // ------------------------------------------------------------ files

    @Test
    void everyFormOfAKeyIsRead() throws Exception {
        assertThat(open("").current().chain()).hasSize(2);
        // SEC 1, as OpenSSL writes it, with the curve in front.
        var number = ((ECPrivateKey) usual.key()).getS().toByteArray();
        byte[] octets = new byte[32];
        int most = Math.min(32, number.length);
        System.arraycopy(number, number.length - most, octets, 32 - most, most);
        byte[] curve = HexFormat.of().parseHex("06082a8648ce3d030107");
        byte[] sec = der(0x30, new byte[] {2, 1, 1}, der(4, octets), der(0xa0, curve));
        Files.writeString(
                key,
                TestAuthority.pem("EC PARAMETERS", curve)
                        + TestAuthority.pem("EC PRIVATE KEY", sec));
        assertThat(open("").current().own().getPublicKey().getAlgorithm()).isEqualTo("EC");
        // PKCS#1 is what is in PKCS#8, behind 26 bytes.
        rsa.write(certificate, key);
        byte[] pkcs8 = rsa.key().getEncoded();
        byte[] pkcs1 = Arrays.copyOfRange(pkcs8, 26, pkcs8.length);
        Files.writeString(key, TestAuthority.pem("RSA PRIVATE KEY", pkcs1));
        assertThat(open("").current().own().getPublicKey().getAlgorithm()).isEqualTo("RSA");
    }

    private static byte[] der(int tag, byte[]... parts) {
        var all = new ByteArrayOutputStream();
        int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
        all.write(tag);
        all.write(length);
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    @Test
    void whatCantBeUsedIsRefusedInWords() throws Exception {
        rsa.write(folder.resolve("other"), key);
        assertThat(refusal()).contains("not one of the certificate's kind");
        authority.issue("second").write(folder.resolve("other"), key);
        assertThat(refusal()).contains("does not belong to the first certificate");
        Files.writeString(
                key,
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n");
        assertThat(refusal()).contains("encrypted").contains("openssl pkey");
        Files.writeString(
                key,
                "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE KEY-----\n");
        assertThat(refusal()).as("headers contain hyphens").contains("private key");
        Files.writeString(key, "nothing");
        assertThat(refusal()).contains("contains no private key");
        Files.writeString(key, TestAuthority.pem("EC PRIVATE KEY", new byte[] {0x30, 3, 2, 1, 1}));
        assertThat(refusal()).contains("does not name its curve");
        Files.writeString(certificate, "nothing");
        assertThat(refusal()).contains("contains no certificate");
        Files.writeString(certificate, TestAuthority.pem("CERTIFICATE", new byte[100]));
        assertThat(refusal()).contains("damaged certificate");
        Files.write(certificate, new byte[300_000]);
        assertThat(refusal()).contains("too large");
        Files.delete(certificate);
        assertThat(refusal()).contains("there is no file");
    }

    // ------------------------------------------------------------ what firmware needs

    @Test
    void theNameMustBeThatOfThePublicUrl() throws Exception {
        assertThat(texts(open("http://voice.example.com")))
                .noneMatch(each -> each.contains("host"));
        assertThat(texts(open("https://voice.example.com")))
                .anyMatch(each -> each.contains("is for localhost, 127.0.0.1, but the host"));
        Issued star = authority.issue("star", "-ext", "SAN=dns:*.example.com");
        assertThat(found(star, "https://voice.example.com/slipway"))
                .noneMatch(each -> each.contains("host"));
        assertThat(found(star, "https://a.voice.example.com"))
                .anyMatch(each -> each.contains("host"));
        assertThat(found(authority.issue("nameless", "-ext", "ku=dS"), ""))
                .anyMatch(each -> each.contains("names no host"));
    }

    @Test
    void theChainMustBeCompleteAndInOrder() throws Exception {
        assertThat(texts(open("")))
                .singleElement()
                .asString()
                .contains("incomplete, or of a private authority");
        assertThat(open("").findings()).noneMatch(CertificateFinding::harm);
        assertThat(open("").pressing()).isEmpty();
        assertThat(open("https://localhost").pressing()).hasSize(1);
        Files.writeString(certificate, usual.chainText() + rsa.chainText());
        assertThat(texts(open("")).getFirst()).contains("number 3 has not issued number 2");
        Issued own = authority.selfSigned("own", "-ext", "SAN=dns:localhost");
        assertThat(found(own, "")).singleElement().asString().contains("self-signed");
    }

    @Test
    void keysAndSignaturesMustBeThoseOfFirmware() throws Exception {
        String[] name = {"-ext", "SAN=dns:localhost"};
        assertThat(found(authority.issue("edwards", with(name, "-keyalg", "Ed25519")), ""))
                .anyMatch(each -> each.contains("kind of key"));
        assertThat(
                        found(
                                authority.issue(
                                        "weak", with(name, "-keyalg", "RSA", "-keysize", "1024")),
                                ""))
                .anyMatch(each -> each.contains("kind of key"));
        assertThat(found(authority.issue("client", with(name, "-ext", "eku=clientAuth")), ""))
                .anyMatch(each -> each.contains("not for servers"));
        assertThat(found(authority.issue("old", with(name, "-sigalg", "SHA1withECDSA")), ""))
                .anyMatch(each -> each.contains("SHA1withECDSA"));
        assertThat(found(rsa, "https://a.example"))
                .as("as it should be, but for its authority")
                .singleElement()
                .asString()
                .contains("private authority");
    }

    private static String[] with(String[] some, String... more) {
        String[] all = Arrays.copyOf(some, some.length + more.length);
        System.arraycopy(more, 0, all, some.length, more.length);
        return all;
    }

    // ------------------------------------------------------------ time

    @Test
    void itSaysSoBeforeTheEnd() throws Exception {
        CertificateFiles files = open("");
        Instant end = files.end();
        assertThat(at(files, end.minus(Duration.ofDays(28)))).isEmpty();
        assertThat(at(files, end.minus(Duration.ofDays(27))))
                .containsExactly("false The certificate for HTTPS expires in 27 days");
        assertThat(at(files, end.minus(Duration.ofDays(7))))
                .containsExactly(
                        "true The certificate for HTTPS expires in 7 days: its renewal does not work");
        assertThat(at(files, end)).singleElement().asString().contains("expired at");
        assertThat(at(files, Instant.EPOCH))
                .singleElement()
                .asString()
                .contains("not valid before");
    }

    @Test
    void oneForAWeekIsRenewedLater() throws Exception {
        Issued week =
                authority.issue(
                        "week", "-ext", "SAN=dns:localhost", "-startdate", "-1d", "-validity", "7");
        week.write(certificate, key);
        CertificateFiles files = open("");
        Instant end = files.end();
        assertThat(at(files, end.minus(Duration.ofDays(3)))).isEmpty();
        assertThat(at(files, end.minus(Duration.ofDays(2))))
                .singleElement()
                .asString()
                .startsWith("false");
        assertThat(at(files, end.minus(Duration.ofHours(12))))
                .singleElement()
                .asString()
                .startsWith("true");
    }

    private List<String> at(CertificateFiles files, Instant now) {
        clock.jump(Duration.between(clock.instant(), now));
        return files.findings().stream()
                .filter(each -> !each.what().en().contains("authority"))
                .map(each -> each.harm() + " " + each.what().en())
                .toList();
    }

    // ------------------------------------------------------------ changes

    @Test
    void newFilesAreTakenAndWrongOnesAreNot() throws Exception {
        CertificateFiles files = open("");
        var first = files.current();
        files.look();
        assertThat(files.current()).as("nothing has changed").isSameAs(first);
        // As when a program has replaced one of the two.
        Files.writeString(certificate, rsa.chainText());
        files.look();
        files.look();
        assertThat(files.current()).isSameAs(first);
        assertThat(files.pressing())
                .singleElement()
                .satisfies(
                        each -> assertThat(each.what().en()).contains("the old one stays in use"));
        Files.writeString(key, rsa.keyText());
        files.look();
        assertThat(files.current().chain()).isEqualTo(rsa.chain());
        assertThat(files.pressing()).isEmpty();
        // Gone, and back.
        Files.delete(key);
        files.look();
        assertThat(files.pressing()).hasSize(1);
        Files.writeString(key, rsa.keyText());
        files.look();
        assertThat(files.pressing()).isEmpty();
        assertThatThrownBy(
                        () -> {
                            Files.writeString(key, "");
                            open("");
                        })
                .isInstanceOf(UnusableCertificate.class);
    }
}
