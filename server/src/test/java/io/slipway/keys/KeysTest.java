package io.slipway.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.TestClock;
import io.slipway.device.Pair;
import io.slipway.device.Pairs;
import io.slipway.device.Pairs.TokenValidity;
import io.slipway.protocol.ClientId;
import io.slipway.protocol.Mac;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import io.slipway.sql.StoreException;
import io.slipway.sql.TestEngine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(TestEngine.class)
class KeysTest {

    private static final Mac MAC = Mac.parse("d4:06:06:b6:a9:fa").orElseThrow();
    private static final ClientId CLIENT =
            ClientId.parse("7b94d69a-9808-4c59-9c9b-704333b38aff").orElseThrow();

    @Parameter TestEngine engine;
    @TempDir Path folder;
    private final TestClock clock = new TestClock();
    private Database database;
    private Keyring keys;
    private Pairs pairs;

    @BeforeEach
    void open() {
        database = engine.open(folder);
        keys = new Keyring(database, MasterKey.inFolder(folder), clock);
        pairs = new Pairs(keys);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private String token() {
        return pairs.token(pairs.of(MAC, CLIENT), CLIENT);
    }

    private TokenValidity verify(String token, Mac mac, ClientId clientId) {
        return pairs.verify(token, pairs.of(mac, clientId), clientId);
    }

    @Test
    void theKeyFileIsForItsOwnerAlone() throws IOException {
        Path file = folder.resolve("secret.key");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(file).strip()).matches("[0-9a-f]{64}");
    }

    @Test
    void tokensAreTheSameOnEveryNodeAndAfterARestart() {
        var other = new Pairs(new Keyring(database, MasterKey.inFolder(folder), clock));
        assertThat(other.token(other.of(MAC, CLIENT), CLIENT)).isEqualTo(token());
        assertThat(other.of(MAC, CLIENT)).isEqualTo(pairs.of(MAC, CLIENT));
        assertThat(token()).doesNotContain(" ").hasSizeLessThan(64);
    }

    @Test
    void aTokenIsWorthSomethingForItsPairOnly() {
        String token = token();
        assertThat(verify(token, MAC, CLIENT)).isEqualTo(TokenValidity.GENUINE);
        assertThat(verify(token, new Mac(MAC.bits() + 1), CLIENT)).isEqualTo(TokenValidity.FORGED);
        assertThat(verify(token, MAC, null)).isEqualTo(TokenValidity.FORGED);
        for (String bad : new String[] {"", ".", "x", "x.y", token + "A", token.substring(1)}) {
            assertThat(verify(bad, MAC, CLIENT)).as(bad).isEqualTo(TokenValidity.FORGED);
        }
    }

    @Test
    void aTokenIsKnownAgainByItsStoredPairUnlessItsKeyIsAnOldOne() {
        Pair pair = pairs.of(MAC, CLIENT);
        Pair other = pairs.of(MAC, null);
        String fresh = token();
        assertThat(pairs.verify(fresh, pair)).isEqualTo(TokenValidity.GENUINE);
        assertThat(pairs.verify(fresh, other)).isEqualTo(TokenValidity.FORGED);
        // An older key: the tokens in devices' flash stay valid.
        database.run(Plane.CONSOLE, tx -> tx.handle().execute("UPDATE secret SET form = 0"));
        keys.reload();
        String old = token();
        assertThat(old).isNotEqualTo(fresh).hasSameSizeAs(fresh);
        assertThat(verify(old, MAC, CLIENT)).isEqualTo(TokenValidity.GENUINE);
        assertThat(verify(old, MAC, null)).isEqualTo(TokenValidity.FORGED);
        assertThat(pairs.verify(old, pair)).isEqualTo(TokenValidity.FORGED);
        clock.advance(java.time.Duration.ofSeconds(1));
        keys.rotate();
        assertThat(verify(old, MAC, CLIENT)).isEqualTo(TokenValidity.GENUINE);
        assertThat(pairs.verify(token(), pair)).isEqualTo(TokenValidity.GENUINE);
        assertThat(pairs.verify("x." + token(), pair)).isEqualTo(TokenValidity.FORGED);
    }

    @Test
    void aRetiredKeyVerifiesUntilItIsRevoked() {
        String before = token();
        String id = keys.session().id();
        assertThat(keys.revoke(id)).as("in use").isFalse();
        clock.advance(java.time.Duration.ofSeconds(1));
        keys.rotate();
        assertThat(token()).isNotEqualTo(before);
        assertThat(verify(before, MAC, CLIENT)).isEqualTo(TokenValidity.GENUINE);
        assertThat(keys.revoke(id)).isTrue();
        assertThat(verify(before, MAC, CLIENT)).isEqualTo(TokenValidity.REVOKED);
        assertThat(verify(before, MAC, null)).isEqualTo(TokenValidity.FORGED);
        assertThat(keys.sessionKeys()).hasSize(2);
    }

    @Test
    void anotherMasterKeyIsReportedAndNotGuessed() {
        MasterKey other = MasterKey.ofHex("00".repeat(32));
        assertThatThrownBy(() -> new Keyring(database, other, clock))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("secret.key");
    }

    @Test
    void theDerivedIdTellsNothingAndStaysTheSame() {
        Pair pair = pairs.of(MAC, CLIENT);
        var id = pairs.derivedId(pair, "mqtt");
        assertThat(id).isEqualTo(pairs.derivedId(pair, "mqtt"));
        assertThat(id).isNotEqualTo(pairs.derivedId(pair, "other"));
        assertThat(id.version()).isEqualTo(8);
        assertThat(id.variant()).isEqualTo(2);
        assertThat(
                        pairs.of(
                                MAC,
                                ClientId.parse(CLIENT.value().toUpperCase(java.util.Locale.ROOT))
                                        .orElseThrow()))
                .isEqualTo(pair);
    }

    @Test
    void hmacMatchesTheFirmwaresVector() {
        byte[] key = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.UTF_8);
        byte[] challenge = "d4:06:06:b6:a9:fa".getBytes(StandardCharsets.UTF_8);
        var hmac = new Hmac(key);
        for (int i = 0; i < 3; i++) {
            assertThat(HexFormat.of().formatHex(hmac.of(challenge)))
                    .isEqualTo("be9a3f3daaa9950b1054b2757c1ba147756ca5501b9a907090ffec4b9154cf35");
        }
    }

    @Test
    void hmacIsTheJdksForKeysAndMessagesOfAnyLength() throws Exception {
        var random = new java.util.Random(7);
        for (int i = 0; i < 300; i++) {
            byte[] key = new byte[1 + random.nextInt(150)];
            byte[] message = new byte[random.nextInt(300)];
            random.nextBytes(key);
            random.nextBytes(message);
            var jdk = javax.crypto.Mac.getInstance("HmacSHA256");
            jdk.init(new javax.crypto.spec.SecretKeySpec(key, "HmacSHA256"));
            assertThat(new Hmac(key).of(message)).isEqualTo(jdk.doFinal(message));
        }
    }
}
