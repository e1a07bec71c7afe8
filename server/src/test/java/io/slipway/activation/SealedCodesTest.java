package io.slipway.activation;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.Person;
import io.slipway.TestClock;
import io.slipway.TestDevice;
import io.slipway.TestServer;
import io.slipway.keys.MasterKey;
import io.slipway.sql.Plane;
import io.slipway.sql.TestEngine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What the database says of codes to somebody who has only it. */
@ParameterizedClass
@EnumSource(TestEngine.class)
class SealedCodesTest {

    @Parameter private TestEngine engine;
    @TempDir private Path folder;

    @Test
    void theDatabaseContainsNeitherCodesNorChallenges() throws Exception {
        try (var server = TestServer.start(engine, folder)) {
            var device = TestDevice.of(server, 1);
            var activation = device.checkIn().path("activation");
            String code = activation.path("code").asText();
            String challenge = activation.path("challenge").asText();
            assertThat(code).hasSize(6);
            String rows =
                    server.main
                            .base()
                            .database()
                            .read(
                                    Plane.CONSOLE,
                                    tx ->
                                            tx.query("SELECT * FROM activation")
                                                    .mapToMap()
                                                    .list()
                                                    .toString());
            assertThat(rows).doesNotContain(code).doesNotContain(challenge);
            if (!engine.equals(TestEngine.POSTGRES)) {
                for (String file : new String[] {"slipway.db", "slipway.db-wal"}) {
                    byte[] bytes = Files.readAllBytes(folder.resolve(file));
                    String text = new String(bytes, StandardCharsets.ISO_8859_1);
                    assertThat(text.contains(code) || text.contains(challenge)).as(file).isFalse();
                }
            }
            // Shown again at each check-in, and found by what a person enters.
            assertThat(device.checkIn().path("activation")).isEqualTo(activation);
            Person.register(server, "owner").bind(code);
            assertThat(device.checkIn().has("activation")).isFalse();
        }
    }

    /** Codes of an earlier version, which did not seal them, are still shown and found. */
    @Test
    void codesFromBeforeAreSealedAtTheStart() {
        var config = engine.config(folder);
        var settings = config.postgres() ? TestServer.postgres(config.url()) : TestServer.pairs();
        try (var server = TestServer.start(folder, new TestClock(), settings)) {
            assertThat(TestDevice.of(server, 1).code()).isNotEqualTo("424242");
            var database = server.main.base().database();
            database.run(
                    Plane.CONSOLE,
                    tx ->
                            tx.update(
                                            """
                                            UPDATE activation SET code = '424242', tail = '12345',
                                                challenge = 'nonce', digits = 0, sealed = ''
                                            """)
                                    .execute());
        }
        try (var server = TestServer.start(folder, new TestClock(), settings)) {
            var activation = TestDevice.of(server, 1).checkIn().path("activation");
            assertThat(activation.path("code").asText()).isEqualTo("424242");
            assertThat(activation.path("challenge").asText()).isEqualTo("nonce");
            Person.register(server, "owner").bind("424242");
        }
    }

    @Test
    void aHashIsUnrelatedToThatOfAnotherKey() {
        var first = new CodeCipher(MasterKey.ofHex("5a".repeat(32)));
        var second = new CodeCipher(MasterKey.ofHex("5b".repeat(32)));
        assertThat(first.hash("123456"))
                .hasSize(22)
                .isEqualTo(first.hash("123456"))
                .isNotEqualTo(first.hash("123457"))
                .isNotEqualTo(second.hash("123456"));
        var shown = new Activation.ShownCode("123456", "54321", "a_-b");
        assertThat(first.open(first.seal(shown, 0))).isEqualTo(shown);
        assertThat(first.seal(shown, 7)).isNotEqualTo(first.seal(shown, 7));
    }
}
