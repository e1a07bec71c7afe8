package io.slipway.http.certificate;

import io.slipway.http.TlsConfig;
import io.slipway.text.Sentence;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate in use, and its files: when they change, they are read again. What can't be used
 * changes nothing. Thread-safe.
 */
public final class CertificateFiles {

    private static final Logger LOG = LoggerFactory.getLogger(CertificateFiles.class);

    /** How often to call {@link #look}. */
    public static final Duration LOOK = Duration.ofSeconds(30);

    private final TlsConfig config;
    private final String publicUrl;
    private final InstantSource clock;
    private volatile LoadedFiles loaded;
    private FileContent used;
    private List<String> logged = List.of();

    /**
     * @param lasting what is known about it, except its time
     * @param trouble why newer files are not in use; null if there are none
     */
    private record LoadedFiles(
            ServerCertificate certificate,
            List<CertificateFinding> lasting,
            @Nullable CertificateFinding trouble) {}

    private record FileContent(byte[] certificate, byte[] key) {

        static FileContent of(TlsConfig config) throws UnusableCertificate {
            return new FileContent(PemFile.read(config.certificate()), PemFile.read(config.key()));
        }

        boolean same(FileContent other) {
            return Arrays.equals(certificate, other.certificate) && Arrays.equals(key, other.key);
        }
    }

    private CertificateFiles(
            TlsConfig config, String publicUrl, InstantSource clock, FileContent content)
            throws UnusableCertificate {
        this.config = config;
        this.publicUrl = publicUrl;
        this.clock = clock;
        this.used = content;
        this.loaded = load(content);
    }

    /**
     * Reads the files for the first time; logs nothing.
     *
     * @param publicUrl the setting; empty if not set
     * @throws UnusableCertificate if there is no certificate with its key
     */
    public static CertificateFiles open(TlsConfig config, String publicUrl, InstantSource clock)
            throws UnusableCertificate {
        return new CertificateFiles(config, publicUrl, clock, FileContent.of(config));
    }

    private LoadedFiles load(FileContent content) throws UnusableCertificate {
        var certificate = ServerCertificate.read(content.certificate(), content.key());
        return new LoadedFiles(certificate, CertificateCheck.lasting(certificate, publicUrl), null);
    }

    /** The one for new connections. */
    public ServerCertificate current() {
        return loaded.certificate();
    }

    /** Reads the files again if they have changed, and logs what is new about them. */
    public synchronized void look() {
        try {
            FileContent content = FileContent.of(config);
            // Those that could not be used may also be back as they were.
            if (!content.same(used) || loaded.trouble() != null) {
                loaded = load(content);
                used = content;
                LOG.info("the certificate for HTTPS was read again, valid until {}", end());
            }
        } catch (UnusableCertificate e) {
            keep(e.why());
        } catch (RuntimeException e) {
            LOG.error("the files of the certificate can't be read", e);
            keep(new Sentence("读取时出错，详见日志", "reading it failed; the log says why"));
        }
        report();
    }

    private void keep(Sentence why) {
        var finding =
                new CertificateFinding(
                        true,
                        new Sentence(
                                "新的 HTTPS 证书不能用，仍在使用原来的：" + why.zh(),
                                "The new certificate for HTTPS can't be used, and the old one stays"
                                        + " in use: "
                                        + why.en()),
                        new Sentence(
                                "改正 tls.certificate 和 tls.key 的文件",
                                "correct the files of tls.certificate and tls.key"));
        loaded = new LoadedFiles(loaded.certificate(), loaded.lasting(), finding);
    }

    // Each once, and what counts days once a day.
    private synchronized void report() {
        List<String> now = new ArrayList<>();
        for (CertificateFinding each : findings()) {
            String text = each.what().en() + ": " + each.advice().en();
            now.add(text);
            if (!logged.contains(text)) {
                LOG.warn("{}", text);
            }
        }
        logged = now;
    }

    /** What its owner should know now. */
    public List<CertificateFinding> findings() {
        LoadedFiles here = loaded;
        List<CertificateFinding> found = passing(here);
        found.addAll(here.lasting());
        return found;
    }

    /** The same without what is as it was meant to be, such as a certificate for people only. */
    public List<CertificateFinding> pressing() {
        LoadedFiles here = loaded;
        List<CertificateFinding> found = passing(here);
        here.lasting().stream().filter(CertificateFinding::harm).forEach(found::add);
        return found;
    }

    private List<CertificateFinding> passing(LoadedFiles here) {
        var found = new ArrayList<CertificateFinding>();
        CertificateFinding trouble = here.trouble();
        if (trouble != null) {
            found.add(trouble);
        }
        found.addAll(CertificateCheck.time(here.certificate(), clock.instant()));
        return found;
    }

    /** When the one in use ends. */
    public Instant end() {
        return current().end();
    }
}
