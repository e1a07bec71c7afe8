package io.slipway.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/** Webhooks and their deliveries. */
final class EventStory {

    private static final String HOOKS = "/v1/webhooks";

    /** Nothing is listening there. */
    private static final String NOWHERE = "http://127.0.0.1:1/";

    /** More than the longest pause between two attempts. */
    private static final Duration PAUSE = Duration.ofHours(13);

    private final Client anybody;
    private final Client owner;
    private final Client stranger;

    EventStory(Client anybody) {
        this.anybody = anybody;
        anybody.registered("admin");
        Client person = anybody.registered("owner");
        // A login would expire during the attempts.
        String key = person.ok("POST", "/v1/api-keys", "{\"name\":\"k\"}").path("key").asText();
        owner = anybody.with("Authorization", "Bearer " + key);
        stranger = anybody.registered("stranger");
    }

    void aWebhookIsCreatedAndNotified() throws Exception {
        String url = "{\"url\":\"" + NOWHERE + "\"}";
        JsonNode made = owner.ok("POST", HOOKS, url);
        assertThat(made.path("secret").asText()).hasSize(64);
        owner.calls(400, "POST", HOOKS, "{\"url\":\"ftp://x\"}");
        owner.calls(403, "POST", HOOKS, "{\"url\":\"" + NOWHERE + "\",\"everyAccount\":true}");
        assertThat(owner.get(HOOKS + "?limit=5")).hasSize(1);
        owner.calls(400, "GET", HOOKS + "?cursor=x", "");
        String one = HOOKS + "/" + made.path("id").asText();
        owner.get(one);
        stranger.calls(404, "GET", one, "");
        owner.ok("PUT", one, "{\"types\":[\"rollout_halted\",\"rolled_back\"]}");
        owner.calls(400, "PUT", one, "{\"types\":[\"x\"]}");
        owner.calls(403, "PUT", one, "{\"everyAccount\":true}");
        stranger.calls(404, "PUT", one, "{\"active\":false}");
        owner.ok("POST", one + "/secret", "");
        stranger.calls(404, "POST", one + "/secret", "");
        stranger.calls(404, "DELETE", one, "");
        deliveries(one);
        owner.ok("DELETE", one, "");
    }

    private void deliveries(String one) throws Exception {
        String sent = owner.ok("POST", one + "/test", "").path("id").asText();
        stranger.calls(404, "POST", one + "/test", "");
        String retry = one + "/deliveries/" + sent + "/retry";
        owner.calls(409, "POST", retry, "");
        owner.calls(404, "POST", one + "/deliveries/1/retry", "");
        stranger.calls(404, "GET", one + "/deliveries", "");
        owner.calls(400, "GET", one + "/deliveries?state=x", "");
        owner.get(one + "/deliveries?limit=1");
        for (int i = 0; !state(one).equals("dead"); i++) {
            assertThat(i).as("attempts end").isLessThan(200);
            anybody.server.clock.advance(PAUSE);
            Thread.sleep(200);
        }
        owner.ok("POST", retry, "");
        owner.ok("PUT", one, "{\"active\":false}");
        owner.calls(409, "POST", one + "/test", "");
    }

    private String state(String one) {
        return owner.get(one + "/deliveries").get(0).path("state").asText();
    }
}
