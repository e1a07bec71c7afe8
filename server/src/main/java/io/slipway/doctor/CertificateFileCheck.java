package io.slipway.doctor;

import io.slipway.doctor.DoctorFinding.Grade;
import io.slipway.http.HttpConfig;
import io.slipway.http.TlsConfig;
import io.slipway.http.certificate.CertificateFiles;
import io.slipway.http.certificate.CertificateFinding;
import io.slipway.http.certificate.UnusableCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Looks at the files of the certificate, whether the server has read them already or not. */
public final class CertificateFileCheck {

    private CertificateFileCheck() {}

    /** Nothing without a certificate. */
    public static List<DoctorFinding> run(HttpConfig config, Instant now) {
        TlsConfig tls = config.tls();
        if (tls == null) {
            return List.of();
        }
        var report = new DoctorReport();
        try {
            var files = CertificateFiles.open(tls, config.publicUrl(), () -> now);
            List<CertificateFinding> found = files.findings();
            for (CertificateFinding each : found) {
                report.add(
                        each.harm() ? Grade.HARM : Grade.NOTE,
                        each.what().zh(),
                        each.what().en(),
                        each.advice().zh(),
                        each.advice().en());
            }
            if (found.isEmpty()) {
                long days = Duration.between(now, files.end()).toDays();
                report.fine(
                        "HTTPS 证书的文件符合设备的要求，还有 " + days + " 天",
                        "the files of the certificate for HTTPS are as devices need them, for "
                                + days
                                + " days");
            }
        } catch (UnusableCertificate e) {
            report.harm(
                    "HTTPS 证书不能用：" + e.why().zh(),
                    "the certificate for HTTPS can't be used: " + e.why().en(),
                    "改正 tls.certificate 和 tls.key，服务器才能启动",
                    "correct tls.certificate and tls.key: the server does not start with them");
        }
        secret(tls, report);
        return report.findings();
    }

    private static void secret(TlsConfig tls, DoctorReport report) {
        try {
            if (Files.getPosixFilePermissions(tls.key())
                    .contains(PosixFilePermission.OTHERS_READ)) {
                report.note(
                        "其他用户可以读取 " + tls.key(),
                        "other users of this machine can read " + tls.key(),
                        "运行 chmod o-r " + tls.key(),
                        "run chmod o-r " + tls.key());
            }
        } catch (IOException | UnsupportedOperationException e) {
            // Not there, which was reported, or on a file system without permissions.
        }
    }
}
