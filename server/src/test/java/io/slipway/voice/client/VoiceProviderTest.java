package io.slipway.voice.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.http.Json;
import io.slipway.http.ServerAddresses;
import io.slipway.http.ServerUrl;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class VoiceProviderTest {

    private static final String KEY = "sk-0123456789abcdef";
    private static final String QUERY = "another-secret-0123";
    private static final String FIELD = "third-secret-456789";

    @Test
    void whatAProviderRepeatsOfSecretsIsNotPassedOn() {
        var extra = Json.object().put("token", FIELD).put("language", "mandarin");
        var url = ServerUrl.parse("https://ai.example.com/v1?token=" + QUERY, "http", 500);
        var provider =
                new VoiceProvider(url.orElseThrow(), new ServerAddresses(true), KEY, "m", extra);
        assertThat(provider.withoutSecrets("no model m for mandarin"))
                .isEqualTo("no model m for mandarin");
        assertThat(provider.withoutSecrets("wrong: " + KEY)).isEqualTo("wrong: …");
        assertThat(provider.withoutSecrets("wrong: sk-01234…cdef")).isEmpty();
        assertThat(provider.withoutSecrets("POST /v1/x?token=" + QUERY)).isEmpty();
        assertThat(provider.withoutSecrets("media type " + FIELD.toUpperCase(Locale.ROOT)))
                .isEmpty();
        assertThat(provider.toString()).doesNotContain(KEY, QUERY, FIELD);
    }
}
