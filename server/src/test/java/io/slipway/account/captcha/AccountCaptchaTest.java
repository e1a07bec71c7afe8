package io.slipway.account.captcha;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.account.Node;
import io.slipway.sql.Plane;
import io.slipway.sql.TestEngine;
import io.slipway.work.Throttles;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(TestEngine.class)
class AccountCaptchaTest {

    private static final String CAPTCHA = "/xiaozhi/user/captcha?uuid=";

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

    private static int dark(java.awt.image.BufferedImage image) {
        int dark = 0;
        for (int x = 0; x < image.getWidth(); x++) {
            for (int y = 0; y < image.getHeight(); y++) {
                dark += (image.getRGB(x, y) & 0xffffff) == 0xffffff ? 0 : 1;
            }
        }
        return dark;
    }

    // A captcha with a known answer, stored like a drawn one.
    private String solved(String text) {
        String uuid = UUID.randomUUID().toString();
        long end = node.now.get().plus(Captchas.LIFE).toEpochMilli();
        String answer = CaptchaAnswers.stored(uuid, text);
        node.database.run(Plane.CONSOLE, tx -> new CaptchaStore().put(tx, uuid, answer, end));
        return uuid;
    }

    private Node.Answer post(String what, String uuid, String captcha) {
        String body =
                Node.registration("alice", "a password")
                        .replace(
                                "{",
                                "{\"captchaId\":\"" + uuid + "\",\"captcha\":\"" + captcha + "\",");
        return node.call("POST", "/xiaozhi/user/" + what, body);
    }
}
