package io.slipway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.settings.Settings;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class LogsTest {

    private static LogConfig config(String format, String level, List<String> problems) {
        var file = new Properties();
        file.setProperty("log.format", format);
        file.setProperty("log.level", level);
        var settings = new Settings(file, Map.of());
        LogConfig config = LogConfig.read(settings);
        problems.addAll(settings.problems());
        return config;
    }

    @Test
    void levelsAreReadByName() {
        var problems = new java.util.ArrayList<String>();
        LogConfig config = config("json", "warn, io.slipway.session = DEBUG", problems);
        assertThat(problems).isEmpty();
        assertThat(config.json()).isTrue();
        assertThat(config.levels())
                .isEqualTo(Map.of("", Level.WARNING, "io.slipway.session", Level.FINE));
        for (String bad :
                List.of(
                        "loud",
                        "",
                        "info,",
                        "info, debug",
                        "a b=info",
                        "=info",
                        "io.vertx=debug")) {
            problems.clear();
            config("text", bad, problems);
            assertThat(problems).as(bad).isNotEmpty();
        }
        config("xml", "info", problems);
        assertThat(problems).anyMatch(line -> line.startsWith("log.format"));
    }

    private static LogRecord entry() {
        var entry = new LogRecord(Level.WARNING, "it failed:\r\n2026-12-01 FAKE {0} \"quoted\"");
        entry.setLoggerName("io.slipway.Some");
        entry.setThrown(new IllegalStateException("because\nof this"));
        return entry;
    }

    @Test
    void anEntryIsOneLineAndItsFieldsFollow() {
        try (var _ = MDC.putCloseable("device", "aa:bb\nx")) {
            String text = new LogFormat(false).format(entry());
            assertThat(text.lines().findFirst().orElseThrow())
                    .matches(
                            "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d WARNING io.slipway.Some: .*")
                    .endsWith("it failed:\\r\\n2026-12-01 FAKE {0} \"quoted\" device=aa:bb\\nx");
            assertThat(text).contains("IllegalStateException: because", "\tat ");
        }
        assertThat(new LogFormat(false).format(entry())).doesNotContain("device=");
    }

    @Test
    void anEntryIsOneObject() throws Exception {
        try (var _ = MDC.putCloseable("request", "0a1b2c3d")) {
            String text = new LogFormat(true).format(entry());
            assertThat(text).endsWith("}\n").containsOnlyOnce("\n");
            JsonNode object = new ObjectMapper().readTree(text);
            assertThat(object.path("time").asText()).matches("\\d{4}-\\d\\d-\\d\\dT.*Z");
            assertThat(object.path("level").asText()).isEqualTo("WARNING");
            assertThat(object.path("logger").asText()).isEqualTo("io.slipway.Some");
            assertThat(object.path("message").asText()).startsWith("it failed:\r\n2026");
            assertThat(object.path("request").asText()).isEqualTo("0a1b2c3d");
            assertThat(object.path("trace").asText()).contains("because\nof this", "\tat ");
        }
    }
}
