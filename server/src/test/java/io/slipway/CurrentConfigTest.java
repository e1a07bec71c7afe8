package io.slipway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class CurrentConfigTest {

    private final Properties file = new Properties();

    private CurrentConfig started(Map<String, String> environment) throws Config.InvalidSettings {
        return new CurrentConfig(
                () -> {
                    var copy = new Properties();
                    copy.putAll(file);
                    return copy;
                },
                environment);
    }

    @Test
    void aFileThatIsGoneOrJustBeingWrittenChangesNothing() throws Config.InvalidSettings {
        file.setProperty("account.registration", "closed");
        CurrentConfig current = started(Map.of());
        file.clear();
        assertThat(current.readAgain().problems()).singleElement().asString().contains("missing");
        assertThat(current.get().account().openRegistration()).isFalse();
        file.setProperty("account.captcha", "off");
        assertThat(current.readAgain().applied())
                .containsExactly("account.registration", "account.captcha", "preregister.mac");
        assertThat(current.get().account().openRegistration()).isTrue();
    }

    @Test
    void whereThereNeverWasAFileThereNeedBeNone() throws Config.InvalidSettings {
        assertThat(started(Map.of()).readAgain().problems()).isEmpty();
    }

    @Test
    void whatTheEnvironmentGivesDoesNotChange() throws Config.InvalidSettings {
        CurrentConfig current = started(Map.of("SLIPWAY_ACCOUNT_REGISTRATION", "open"));
        file.setProperty("account.registration", "closed");
        assertThat(current.readAgain().applied()).isEmpty();
        assertThat(current.shown().whileRunning())
                .contains("account.captcha")
                .doesNotContain("account.registration");
    }
}
