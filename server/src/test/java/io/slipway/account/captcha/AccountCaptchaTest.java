package io.slipway.account.captcha;

import static org.assertj.core.api.Assertions.assertThat;

import com.password4j.Argon2Function;
import com.password4j.Password;
import com.password4j.types.Argon2;
import io.slipway.account.Node;
import io.slipway.account.TestAccounts;
import io.slipway.keys.MasterKey;
import io.slipway.sql.Plane;
import io.slipway.sql.TestEngine;
import io.slipway.work.Cpu;
import io.slipway.work.Origin;
import io.slipway.work.Throttles;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@EnumSource(TestEngine.class)
class AccountCaptchaTest {

    private static final String CAPTCHA = "/xiaozhi/user/captcha?uuid=";

    /** Of "a password". */
    private static final String HASH =
            Password.hash("a password")
                    .addRandomSalt(16)
                    .with(Argon2Function.getInstance(64, 1, 1, 32, Argon2.ID))
                    .getResult();

    @Parameter TestEngine engine;
    @TempDir Path folder;
    private Node node;

    @BeforeEach
    void open() {
        node = new Node(engine, folder, Node.config(true, true, 100)).start();
    }

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void aCaptchaIsAPngAndNotStoredAsText() throws Exception {
        String uuid = UUID.randomUUID().toString();
        var answer = node.call("GET", CAPTCHA + uuid, "");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.raw().headers().firstValue("Content-Type")).contains("image/png");
        assertThat(answer.raw().headers().firstValue("Cache-Control")).contains("no-store");
        var image = ImageIO.read(new ByteArrayInputStream(answer.raw().body()));
        assertThat(image.getWidth()).isEqualTo(160);
        assertThat(image.getHeight()).isEqualTo(60);
        String stored =
                node.database
                        .write(
                                Plane.CONSOLE,
                                tx ->
                                        new CaptchaStore()
                                                .take(tx, uuid, node.now.get().toEpochMilli()))
                        .orElseThrow();
        assertThat(stored).matches("[0-9a-f]{64}");
    }

    /** People confuse these, above all when they are turned. */
    @ParameterizedTest
    @ValueSource(strings = {"9qg", "s5", "2z", "6b", "0o", "1lij", "uv", "ce", "ft", "vy"})
    void ofLettersThatLookAlikeAtMostOneIsUsed(String alike) {
        var used = new TreeSet<Integer>();
        for (int i = 0; i < 2_000; i++) {
            CaptchaImage.text().chars().forEach(used::add);
        }
        assertThat(used).hasSizeGreaterThan(12);
        assertThat(alike.chars().filter(used::contains).count()).isLessThanOrEqualTo(1);
    }

    /** Even the widest letters stay on the picture, and apart from each other. */
    @Test
    void lettersNeitherTouchNorLeaveThePicture() throws Exception {
        var drawn = new CaptchaImage(folder.resolve("fonts"));
        for (int i = 0; i < 50; i++) {
            byte[] png = drawn.draw(i % 2 == 0 ? "wwwww" : CaptchaImage.text());
            var image = ImageIO.read(new ByteArrayInputStream(png));
            assertThat(columnsWithInk(image)).as("separate letters").isGreaterThanOrEqualTo(3);
            for (int y = 0; y < image.getHeight(); y++) {
                assertThat(ink(image, 0, y) || ink(image, image.getWidth() - 1, y)).isFalse();
            }
        }
    }

    // Groups of neighbouring columns with dark pixels: slanted letters may overhang each other.
    private static int columnsWithInk(BufferedImage image) {
        int groups = 0;
        boolean before = false;
        for (int x = 0; x < image.getWidth(); x++) {
            boolean now = false;
            for (int y = 0; y < image.getHeight(); y++) {
                now |= ink(image, x, y);
            }
            groups += now && !before ? 1 : 0;
            before = now;
        }
        return groups;
    }

    // The background is pale.
    private static boolean ink(BufferedImage image, int x, int y) {
        var color = new Color(image.getRGB(x, y));
        return Math.min(color.getRed(), Math.min(color.getGreen(), color.getBlue())) < 130;
    }

    /** The console registers and logs in with one captcha. */
    @Test
    void oneIsEnoughForTheSignUpAndTheSignIn() {
        String body = body(solved("ab3kd"), "ab3kd");
        var page = Map.of("X-Slipway-Console", "1", "Origin", node.base());
        var answer = node.call("POST", "/v1/console/register", body, page);
        assertThat(answer.status()).isEqualTo(200);
        String cookie = answer.raw().headers().firstValue("Set-Cookie").orElseThrow();
        var own = Map.of("Cookie", cookie.substring(0, cookie.indexOf(';')));
        assertThat(node.call("GET", "/xiaozhi/user/info", "", own).status()).isEqualTo(200);
    }

    @Test
    void whoHoldsMostLosesTheOldest() {
        var store = new CaptchaStore();
        long now = node.now.get().toEpochMilli();
        node.database.run(
                Plane.CONSOLE,
                tx -> {
                    store.put(tx, "victim", "a", "192.0.2.1", now + 1);
                    for (int i = 0; i < 3; i++) {
                        store.put(tx, "greedy" + i, "a", "2001:db8:0:", now + 10 + i);
                    }
                    store.put(tx, "other", "a", "192.0.2.2", now + 2);
                    store.makeRoom(tx);
                    store.makeRoom(tx);
                });
        assertThat(takes("victim")).isTrue();
        assertThat(takes("other")).isTrue();
        assertThat(takes("greedy0")).isFalse();
        assertThat(takes("greedy1")).isFalse();
        assertThat(takes("greedy2")).isTrue();
    }

    // Whether it is there; no longer afterwards.
    private boolean takes(String id) {
        long now = node.now.get().toEpochMilli();
        Optional<String> found =
                node.database.write(Plane.CONSOLE, tx -> new CaptchaStore().take(tx, id, now));
        return found.isPresent();
    }

    @Test
    void thereIsRoomForAnotherHoweverManyAreOpen() {
        var throttles = new Throttles(node.database, node.now::get);
        var image = new CaptchaImage(folder);
        String mine = UUID.randomUUID().toString();
        var dropped = new AtomicInteger();
        try (var cpu = new Cpu()) {
            var captchas =
                    new Captchas(
                            node.database,
                            node.now::get,
                            throttles,
                            cpu,
                            image,
                            answers(Node.MASTER),
                            3,
                            dropped::incrementAndGet);
            captchas.draw(mine, Origin.of("192.0.2.1"));
            for (int i = 0; i < 10; i++) {
                // Each from another /64 of one /48.
                captchas.draw(UUID.randomUUID().toString(), Origin.of("2001:db8:0:" + i + "::1"));
            }
        }
        long now = node.now.get().toEpochMilli();
        long open = node.database.read(Plane.CONSOLE, tx -> new CaptchaStore().count(tx, now));
        assertThat(open).isEqualTo(3);
        assertThat(dropped).hasValue(8);
        assertThat(takes(mine)).isTrue();
    }

    @Test
    void onlyAUuidIsAUuid() {
        for (String bad : List.of("", "x", "1", UUID.randomUUID() + "0")) {
            assertThat(node.call("GET", CAPTCHA + bad, "").status()).as(bad).isEqualTo(400);
        }
        assertThat(node.call("GET", "/xiaozhi/user/captcha", "").status()).isEqualTo(400);
    }

    @Test
    void registrationAndLoginUseOneUpEach() {
        assertThat(node.register("alice", "a password").status()).isEqualTo(400);
        assertThat(post("register", solved("ab3cd"), "AB3CD").status()).isEqualTo(200);
        assertThat(node.login("alice", "a password").status()).isEqualTo(403);
        String uuid = solved("x7y8z");
        assertThat(post("login", uuid, "wrong").status()).isEqualTo(403);
        assertThat(post("login", uuid, "x7y8z").status()).isEqualTo(403);
        uuid = solved("x7y8z");
        assertThat(post("login", uuid.toUpperCase(java.util.Locale.ROOT), "x7y8z").status())
                .isEqualTo(200);
        assertThat(post("login", uuid, "x7y8z").status()).isEqualTo(403);
    }

    /** The code of the second factor comes after the captcha, which need not be solved twice. */
    @Test
    void askingForTheSecondFactorLeavesTheCaptchaValidOnce() {
        var bob = TestAccounts.login(node.database, node.now::get, "bob", true);
        node.database.run(
                Plane.CONSOLE, tx -> tx.update("UPDATE account SET second_factor = 1").execute());
        assertThat(bob.token()).isNotEmpty();
        node.database.run(
                Plane.CONSOLE,
                tx ->
                        tx.update("UPDATE account SET password = :hash")
                                .bind("hash", HASH)
                                .execute());
        String uuid = solved("x7y8h");
        String body =
                Node.credentials("bob", "a password")
                        .replace("{", "{\"captchaId\":\"" + uuid + "\",\"captcha\":\"x7y8h\",");
        for (int i = 0; i < 2; i++) {
            var asked = node.call("POST", "/xiaozhi/user/login", body);
            assertThat(asked.data().get("totpRequired").asBoolean()).isTrue();
        }
        String wrong = body.replace("{", "{\"totp\":\"123456\",");
        assertThat(node.call("POST", "/xiaozhi/user/login", wrong).status()).isEqualTo(400);
        assertThat(node.call("POST", "/xiaozhi/user/login", wrong).status()).isEqualTo(403);
    }

    @Test
    void aCaptchaLastsFiveMinutes() {
        post("register", solved("ab3cd"), "ab3cd");
        String uuid = solved("x7y8z");
        node.pass(Captchas.LIFE);
        assertThat(post("login", uuid, "x7y8z").status()).isEqualTo(403);
        node.call("GET", CAPTCHA + UUID.randomUUID(), "");
        node.pass(Captchas.LIFE);
        node.module.clean(Duration.ofDays(1));
        long left = node.database.read(Plane.CONSOLE, tx -> new CaptchaStore().count(tx, 0));
        assertThat(left).isZero();
    }

    @Test
    void oneAddressGetsABoundedNumber() {
        var throttles = new Throttles(node.database, node.now::get);
        for (int i = 0; i < Captchas.PER_ADDRESS - 1; i++) {
            throttles.failed("captcha:127.0.0.1", Throttles.HOUR);
        }
        assertThat(node.call("GET", CAPTCHA + UUID.randomUUID(), "").status()).isEqualTo(200);
        assertThat(node.call("GET", CAPTCHA + UUID.randomUUID(), "").status()).isEqualTo(429);
        assertThat(node.from("192.0.2.1", "GET", CAPTCHA + UUID.randomUUID(), "").status())
                .isEqualTo(200);
    }

    @Test
    void itIsDrawnOnAMachineWithoutAnyFont() throws Exception {
        Path none = Files.createDirectories(folder.resolve("no fonts"));
        Path config = none.resolve("fonts.conf");
        Files.writeString(config, "<?xml version=\"1.0\"?><fontconfig></fontconfig>");
        Path out = folder.resolve("out.png");
        var child =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.awt.headless=true",
                        "-Djava.io.tmpdir=" + none.resolve("absent"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        DrawOne.class.getName(),
                        folder.resolve("数据 folder").toString(),
                        out.toString());
        child.environment().put("FONTCONFIG_FILE", config.toString());
        child.environment().put("FONTCONFIG_PATH", none.toString());
        Path log = folder.resolve("log");
        Process process = child.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(log)).isZero();
        var image = ImageIO.read(out.toFile());
        assertThat(dark(image)).isGreaterThan(300);
    }

    /** Draws one captcha; for a machine without fonts. */
    static final class DrawOne {
        private DrawOne() {}

        public static void main(String[] arguments) throws Exception {
            byte[] png = new CaptchaImage(Path.of(arguments[0])).draw("ab3cd");
            Files.write(Path.of(arguments[1]), png);
        }
    }

    private static int dark(BufferedImage image) {
        int dark = 0;
        for (int x = 0; x < image.getWidth(); x++) {
            for (int y = 0; y < image.getHeight(); y++) {
                dark += (image.getRGB(x, y) & 0xffffff) == 0xffffff ? 0 : 1;
            }
        }
        return dark;
    }

    private CaptchaAnswers answers(MasterKey master) {
        return new CaptchaAnswers(node.database, node.now::get, master);
    }

    /** Whoever steals the database can't try all answers: they are hashed under its key. */
    @Test
    void withoutTheMasterKeyAStoredAnswerCannotBeGuessed() {
        String uuid = solved("ab3cd");
        var other = answers(MasterKey.ofHex("fedcba9876543210".repeat(4)));
        String stored = answers(Node.MASTER).stored(uuid, "ab3cd");
        assertThat(stored).isNotEqualTo(other.stored(uuid, "ab3cd"));
        assertThat(other.solved(uuid, "ab3cd")).isFalse();
        assertThat(answers(Node.MASTER).solved(solved("ab3cd"), "AB3CD ")).isTrue();
    }

    // A captcha with a known answer, stored like a drawn one.
    private String solved(String text) {
        String uuid = UUID.randomUUID().toString();
        long end = node.now.get().plus(Captchas.LIFE).toEpochMilli();
        String answer = answers(Node.MASTER).stored(uuid, text);
        node.database.run(Plane.CONSOLE, tx -> new CaptchaStore().put(tx, uuid, answer, "", end));
        return uuid;
    }

    private Node.Answer post(String what, String uuid, String captcha) {
        return node.call("POST", "/xiaozhi/user/" + what, body(uuid, captcha));
    }

    private static String body(String uuid, String captcha) {
        return Node.registration("alice", "a password")
                .replace("{", "{\"captchaId\":\"" + uuid + "\",\"captcha\":\"" + captcha + "\",");
    }
}
