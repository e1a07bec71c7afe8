package io.slipway.firmware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.account.TestAccounts.Login;
import io.slipway.protocol.WireUrl;
import io.slipway.sql.TestEngine;
import java.net.http.HttpResponse;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Builds in a bucket, from the upload to the device. */
class S3Test {

    @TempDir Path folder;
    @TempDir Path home;

    @Test
    void imagesGoThroughABucket() throws Exception {
        try (S3Process s3 = S3Process.start(home);
                var depot =
                        new FirmwareFixture(
                                TestEngine.SQLITE.config(folder), folder, s3.config())) {
            Login admin = depot.login("root", true);
            byte[] image = FirmwareFixture.image("2.4.2").size(90_000).bytes();
            JsonNode made = FirmwareFixture.ok(depot.upload(admin, image));
            String name = "firmware/" + made.path("sha256").asText() + ".bin";
            assertThat(s3.names()).containsExactly(name);
            assertThat(FirmwareFixture.names(depot.incoming)).isEmpty();

            Build build = depot.all().getFirst();
            Downloads downloads = depot.module.downloads();
            assertThat(downloads.visible()).isFalse();
            String url = downloads.url("http://unused", build, 7, "o", depot.clock.millis());
            assertThat(url).startsWith("http://127.0.0.1:" + s3.port + "/" + S3Process.BUCKET);
            assertThat(WireUrl.isDownload(url)).as(url).isTrue();
            HttpResponse<byte[]> got = FirmwareFixture.get(url);
            assertThat(got.statusCode()).isEqualTo(200);
            assertThat(got.body()).isEqualTo(image);
            assertThat(got.headers().firstValue("Content-Length")).contains("90000");
            // The signature is checked: another one, and none.
            assertThat(FirmwareFixture.get(url.substring(0, url.length() - 1) + "x").statusCode())
                    .isEqualTo(403);
            assertThat(FirmwareFixture.get(url.substring(0, url.indexOf('?'))).statusCode())
                    .isEqualTo(403);

            // As a backup reads it.
            var config = new FirmwareConfig(folder, folder, s3.config(), 1 << 20, 1, false, 0, 0);
            try (Images images = Images.open(config);
                    var in = images.read(build.sha256())) {
                assertThat(in.readAllBytes()).isEqualTo(image);
                assertThatThrownBy(() -> images.read("0".repeat(64)))
                        .isInstanceOf(NoSuchFileException.class);
            }

            String path = "/v1/builds/" + build.id();
            HttpResponse<byte[]> person = depot.call(admin, "GET", path + "/file", "");
            assertThat(person.statusCode()).isEqualTo(302);
            String there = person.headers().firstValue("Location").orElseThrow();
            assertThat(FirmwareFixture.get(there).body()).isEqualTo(image);

            assertThat(
                            FirmwareFixture.ok(depot.call(admin, "GET", "/v1/builds/check", ""))
                                    .toString())
                    .isEqualTo("{\"images\":1,\"builds\":1,\"unused\":[],\"missing\":[]}");
            assertThat(
                            depot.upload(admin, BadFirmwareFiles.files().values().iterator().next())
                                    .statusCode())
                    .isEqualTo(400);
            assertThat(s3.names()).containsExactly(name);
            FirmwareFixture.ok(depot.call(admin, "DELETE", path, ""));
            assertThat(s3.names()).isEmpty();

            s3.stop();
            HttpResponse<byte[]> failed = depot.upload(admin, image);
            assertThat(failed.statusCode()).isEqualTo(503);
            assertThat(depot.all()).isEmpty();
            assertThat(FirmwareFixture.names(depot.incoming)).isEmpty();
            assertThat(depot.call(admin, "GET", "/v1/builds/check", "").statusCode())
                    .isEqualTo(503);
        }
    }
}
