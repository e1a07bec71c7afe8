package io.slipway.firmware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.TestClock;
import io.slipway.firmware.DownloadTokens.Grant;
import io.slipway.keys.Keyring;
import io.slipway.keys.MasterKey;
import io.slipway.sql.Database;
import io.slipway.sql.TestEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DownloadTokensTest {

    private static final String BUILD = "0123456789abcdef".repeat(2);
    private static final String LETTERS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    @TempDir private Path folder;
    private final TestClock clock = new TestClock();
    private Database database;
    private Keyring keys;
    private DownloadTokens tokens;

    @BeforeEach
    void open() {
        database = TestEngine.SQLITE.open(folder);
        keys = new Keyring(database, MasterKey.inFolder(folder), clock);
        tokens = new DownloadTokens(keys);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static Grant grant(Random random, long now) {
        var offer = new StringBuilder();
        int length = random.nextInt(DownloadTokens.MAX_OFFER + 1);
        for (int i = 0; i < length; i++) {
            offer.append((char) random.nextInt('!', '~' + 1));
        }
        return new Grant(
                random.nextLong(Long.MAX_VALUE), offer.toString(), now + random.nextLong(1, 9_999));
    }

    @Test
    void whatItSaysIsWhatWasPutIn() {
        var random = new Random(1);
        for (int i = 0; i < 5_000; i++) {
            Grant grant = grant(random, clock.millis());
            String token = tokens.make(BUILD, grant);
            assertThat(token).matches("[A-Za-z0-9_-]{1,200}");
            assertThat(tokens.verify(BUILD, token, clock.millis())).contains(grant);
        }
    }

    @Test
    void anyOtherCharacterMakesItWorthless() {
        var random = new Random(2);
        for (int i = 0; i < 60; i++) {
            String token = tokens.make(BUILD, grant(random, clock.millis()));
            for (int at = 0; at < token.length(); at++) {
                char other = LETTERS.charAt(random.nextInt(64));
                String changed = token.substring(0, at) + other + token.substring(at + 1);
                if (other != token.charAt(at)) {
                    assertThat(tokens.verify(BUILD, changed, clock.millis())).isEmpty();
                }
            }
            String cut = token.substring(0, random.nextInt(token.length()));
            assertThat(tokens.verify(BUILD, cut, clock.millis())).isEmpty();
            assertThat(tokens.verify(BUILD, token + "A", clock.millis())).isEmpty();
            assertThat(tokens.verify(BUILD, token + "=", clock.millis())).isEmpty();
        }
    }

    @Test
    void theLastCharacterHasOneSpelling() {
        for (int length = 1; length < 9; length++) {
            var grant = new Grant(7, "o".repeat(length), clock.millis() + 1_000);
            String token = tokens.make(BUILD, grant);
            String head = token.substring(0, token.length() - 1);
            long good =
                    LETTERS.chars()
                            .filter(last ->
                                    tokens.verify(BUILD, head + (char) last, clock.millis())
                                            .isPresent())
                            .count();
            assertThat(good).isOne();
        }
    }

    @Test
    void itIsForOneBuildUntilItExpires() {
        long now = clock.millis();
        String token = tokens.make(BUILD, new Grant(7, "o1", now + 180_000));
        for (int at = 0; at < BUILD.length(); at++) {
            char other = BUILD.charAt(at) == '0' ? '1' : '0';
            String build = BUILD.substring(0, at) + other + BUILD.substring(at + 1);
            assertThat(tokens.verify(build, token, now)).isEmpty();
        }
        assertThat(tokens.verify(BUILD, token, now + 179_999)).isPresent();
        assertThat(tokens.verify(BUILD, token, now + 180_000)).isEmpty();
    }

    @Test
    void fieldsDoNotRunIntoEachOther() {
        long expires = clock.millis() + 1_000;
        String build = BUILD.substring(0, 31);
        String token = tokens.make(build, new Grant(7, "0o", expires));
        assertThat(tokens.verify(build + " 0", token, clock.millis())).isEmpty();
        assertThatThrownBy(() -> new Grant(7, "a b", expires))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aRetiredKeyVerifiesForAnHourAndAnotherServersNever() throws IOException {
        long expires = clock.millis() + Duration.ofDays(1).toMillis();
        String token = tokens.make(BUILD, new Grant(7, "o", expires));
        keys.rotate();
        String fresh = tokens.make(BUILD, new Grant(7, "o", expires));
        assertThat(fresh.substring(0, 5)).isNotEqualTo(token.substring(0, 5));
        clock.advance(Duration.ofMinutes(59));
        assertThat(tokens.verify(BUILD, token, clock.millis())).isPresent();
        clock.advance(Duration.ofMinutes(2));
        assertThat(tokens.verify(BUILD, token, clock.millis())).isEmpty();
        assertThat(tokens.verify(BUILD, fresh, clock.millis())).isPresent();
        Path second = Files.createDirectory(folder.resolve("other"));
        try (Database other = TestEngine.SQLITE.open(second)) {
            var foreign = new DownloadTokens(new Keyring(other, MasterKey.inFolder(folder), clock));
            assertThat(foreign.verify(BUILD, fresh, clock.millis())).isEmpty();
        }
    }
}
