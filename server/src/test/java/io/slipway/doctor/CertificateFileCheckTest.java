package io.slipway.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.TestClock;
import io.slipway.doctor.DoctorFinding.Grade;
import io.slipway.http.HttpConfig;
import io.slipway.http.TlsConfig;
import io.slipway.http.certificate.TestAuthority;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the doctor says about the files of a certificate. */
class CertificateFileCheckTest {

    @TempDir Path folder;

    private List<DoctorFinding> found(TlsConfig tls, String publicUrl) {
        var config =
                new HttpConfig(
                        "0.0.0.0", 0, List.of(), publicUrl, Duration.ofSeconds(75), 0, 65_536, tls);
        return CertificateFileCheck.run(config, new TestClock().instant());
    }

    private static List<String> lines(List<DoctorFinding> found, Grade grade) {
        return found.stream()
                .filter(each -> each.grade() == grade)
                .map(each -> each.line(false))
                .toList();
    }

    @Test
    void itLooksAtTheFiles() throws Exception {
        assertThat(found(null, "")).isEmpty();
        var tls = new TlsConfig(folder.resolve("chain"), folder.resolve("key"), 0, true);
        assertThat(lines(found(tls, ""), Grade.HARM))
                .singleElement()
                .asString()
                .contains("no file");
        var authority = new TestAuthority(folder);
        authority.issue("usual").write(tls.certificate(), tls.key());
        Files.setPosixFilePermissions(tls.key(), PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(lines(found(tls, ""), Grade.HARM)).isEmpty();
        assertThat(lines(found(tls, ""), Grade.NOTE))
                .anyMatch(line -> line.contains("private authority"))
                .anyMatch(line -> line.contains("can read") && line.contains("chmod o-r"));
        Files.setPosixFilePermissions(tls.key(), PosixFilePermissions.fromString("rw-r-----"));
        assertThat(lines(found(tls, ""), Grade.NOTE)).hasSize(1);
        assertThat(lines(found(tls, "https://other.example"), Grade.HARM))
                .anyMatch(line -> line.contains("but the host of public.url is other.example"))
                .anyMatch(line -> line.contains("Wi-Fi devices refuse it"));
    }
}
