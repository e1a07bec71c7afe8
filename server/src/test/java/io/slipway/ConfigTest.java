package io.slipway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.slipway.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class ConfigTest {

    private static Properties file(String... settings) {
        var properties = new Properties();
        for (int i = 0; i < settings.length; i += 2) {
            properties.setProperty(settings[i], settings[i + 1]);
        }
        return properties;
    }

    private static List<String> problems(Properties file, Map<String, String> environment) {
        return catchThrowableOfType(
                        Config.InvalidSettings.class, () -> Config.read(file, environment))
                .problems();
    }

    @Test
    void theEnvironmentWinsOverTheFile() throws Config.InvalidSettings {
        Config config =
                Config.read(
                        file("http.port", "81", "account.captcha", "off"),
                        Map.of("SLIPWAY_HTTP_PORT", "82", "PATH", "/bin"));
        assertThat(config.http().port()).isEqualTo(82);
        assertThat(config.account().captcha()).isFalse();
    }

    @Test
    void everythingThatIsWrongIsListedAtOnce() {
        List<String> problems =
                problems(
                        file(
                                "http.prot", "81",
                                "http.port", "x",
                                "public.url", "https://h/path/",
                                "websocket.url", "ws://h:80:80/",
                                "mqtt.endpoint", "mqtt://h",
                                "time.zone", "Mars/Base",
                                "http.trusted-proxies", "10.0.0.0/8, nonsense",
                                "secret.key", "short",
                                "shutdown.grace", "soon",
                                "database.url", "jdbc:mysql://h"),
                        Map.of("SLIPWAY_OTA_STRIKT", "true"));
        assertThat(problems).hasSize(11);
        assertThat(String.join("\n", problems))
                .contains("http.prot: unknown setting")
                .contains("SLIPWAY_OTA_STRIKT")
                .contains("did you mean")
                .contains("nonsense")
                .doesNotContain("short");
    }

    @Test
    void mqttNeedsAnEndpointAndAKey() {
        assertThat(problems(file("transport", "mqtt"), Map.of())).hasSize(2);
    }

    @Test
    void importingMacsIsForTheTrustedWhileAnybodyMayRegister() throws Config.InvalidSettings {
        assertThat(Config.read(file(), Map.of()).activation().preregisterAll()).isFalse();
        Config closed = Config.read(file("account.registration", "closed"), Map.of());
        assertThat(closed.activation().preregisterAll()).isTrue();
        Config all = Config.read(file("preregister.mac", "all"), Map.of());
        assertThat(all.activation().preregisterAll()).isTrue();
    }

    @Test
    void thePagesNameEverySettingWithItsDefaultAndNoOther() throws IOException {
        List<String> english = rows("settings.md");
        List<String> chinese = rows("zh-CN/settings.md");
        Settings defaults = Config.defaults();
        for (Settings.Declared setting : defaults.declared()) {
            String standard = setting.standard().isEmpty() ? "" : "`" + setting.standard() + "`";
            String start = "| `" + setting.key() + "` | " + standard + " | ";
            boolean running = defaults.changesWhileRunning(setting.key());
            String applies = running ? "at once" : "restart";
            assertThat(english).contains(start + setting.en() + " | " + applies + " |");
            String zh = running ? "立即" : "重启";
            assertThat(chinese).contains(start + setting.zh() + " | " + zh + " |");
        }
        assertThat(english).hasSameSizeAs(defaults.declared());
        assertThat(chinese).hasSameSizeAs(defaults.declared());
    }

    /** The rows of the tables of settings in a page of {@code docs}. */
    private static List<String> rows(String page) throws IOException {
        return Files.readAllLines(Path.of("../docs").resolve(page)).stream()
                .filter(line -> line.startsWith("| `"))
                .toList();
    }
}
