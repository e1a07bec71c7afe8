package io.slipway.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/** Webhooks, and what becomes of what they are told. */
final class EventStory {

    private static final String HOOKS = "/v1/webhooks";

    /** Nobody listens there. */
    private static final String NOWHERE = "http://127.0.0.1:1/";

    /** More than the longest pause between two attempts. */
    private static final Duration PAUSE = Duration.ofHours(13);

    private final Client anybody;
    private Client owner;
    private final Client stranger;

    EventStory(Client anybody) {
        this.anybody = anybody;
        anybody.registered("admin");
        owner = anybody.registered("owner");
        stranger = anybody.registered("stranger");
    }

    void aWebhookIsMadeAndTold() throws Exception {
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
        deliveries(one);
        stranger.calls(404, "DELETE", one, "");
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
        for (String state = ""; !state.equals("dead"); state = last(one).path("state").asText()) {
            anybody.server.clock.advance(PAUSE);
            // A login lasts for 12 hours.
            owner = anybody.login("owner");
            another(one, last(one).path("attempts").asInt());
        }
        owner.ok("POST", retry, "");
        owner.ok("PUT", one, "{\"active\":false}");
        owner.calls(409, "POST", one + "/test", "");
    }

    /** Waits for one more attempt, or the end of them. */
    private void another(String one, int before) throws Exception {
        long end = System.nanoTime() + 20_000_000_000L;
        JsonNode last = last(one);
        while (last.path("attempts").asInt() == before
                && last.path("state").asText().equals("waiting")) {
            assertThat(System.nanoTime()).as("in time: " + last).isLessThan(end);
            Thread.sleep(50);
            last = last(one);
        }
    }

    private JsonNode last(String one) {
        return owner.get(one + "/deliveries").get(0);
    }
}
