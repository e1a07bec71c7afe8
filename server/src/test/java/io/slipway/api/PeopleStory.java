package io.slipway.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.account.TestAccounts;

/** Accounts, keys and agents, used by their owners and by strangers. */
final class PeopleStory {

    private static final String NOBODY = "0".repeat(32);

    private final Client anybody;
    private final Client admin;
    private final Client user;

    PeopleStory(Client anybody) {
        this.anybody = anybody;
        this.admin = anybody.registered("admin");
        this.user = anybody.registered("user");
    }

    void signingIn() {
        anybody.calls(200, "GET", "/health", "");
        anybody.calls(200, "GET", "/health/live", "");
        anybody.calls(200, "GET", "/health/ready", "");
        anybody.calls(200, "GET", "/health/database", "");
        anybody.calls(200, "GET", "/openapi.json", "");
        String uuid = "0b1a5a34-40f1-4e44-9e0c-5c8a9a2d7e11";
        anybody.calls(200, "GET", "/xiaozhi/user/captcha?uuid=" + uuid, "");
        anybody.calls(400, "GET", "/xiaozhi/user/captcha?uuid=1", "");
        anybody.calls(409, "POST", "/xiaozhi/user/register", Client.credentials("user"));
        anybody.calls(400, "POST", "/xiaozhi/user/register", "{\"username\":\"a b\"}");
        anybody.calls(400, "POST", "/xiaozhi/user/register", "[]");
        anybody.calls(413, "POST", "/xiaozhi/user/register", " ".repeat(300_000));
        anybody.calls(401, "POST", "/xiaozhi/user/login", Client.credentials("nobody"));
        anybody.calls(400, "POST", "/xiaozhi/user/login", "{}");
        anybody.calls(401, "GET", "/xiaozhi/user/info", "");
        user.get("/xiaozhi/user/info");
        user.ok("PUT", "/xiaozhi/user/info", "{\"timeZone\":\"Europe/Berlin\"}");
        user.calls(400, "PUT", "/xiaozhi/user/info", "{\"timeZone\":\"Mars\"}");
        anybody.calls(401, "PUT", "/xiaozhi/user/info", "{}");
        String change = "{\"oldPassword\":\"%s\",\"newPassword\":\"correct horse user\"}";
        user.calls(400, "PUT", "/xiaozhi/user/password", change.formatted("wrong"));
        user.ok("PUT", "/xiaozhi/user/password", change.formatted("correct horse user"));
        String token =
                anybody.ok("POST", "/xiaozhi/user/login", Client.credentials("user"))
                        .at("/token")
                        .asText();
        Client other = anybody.with("Authorization", "Bearer " + token);
        other.ok("POST", "/xiaozhi/user/logout", "");
        other.calls(401, "POST", "/xiaozhi/user/logout", "");
    }

    void theWebPagesLogin() {
        String origin = anybody.server.base();
        Client page = anybody.with("X-Slipway-Console", "1", "Origin", origin);
        page.calls(401, "POST", "/v1/session", Client.credentials("nobody"));
        anybody.calls(403, "POST", "/v1/session", Client.credentials("user"));
        var answer = page.calls(200, "POST", "/v1/session", Client.credentials("user"));
        String cookie = answer.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
        anybody.with("Cookie", cookie).get("/xiaozhi/user/info");
        anybody.with("Cookie", cookie).calls(403, "DELETE", "/v1/session", "");
        Client signedIn = page.with("Cookie", cookie, "X-Slipway-Console", "1", "Origin", origin);
        assertThat(signedIn.get("/v1/console/start").at("/user/role").asText()).isEqualTo("user");
        signedIn.ok("DELETE", "/v1/session", "");
        signedIn.calls(401, "DELETE", "/v1/session", "");
    }

    void theWebPagesBegin() {
        String origin = anybody.server.base();
        assertThat(anybody.get("/v1/console/start").path("user").isNull()).isTrue();
        Client page = anybody.with("X-Slipway-Console", "1", "Origin", origin);
        page.ok("POST", "/v1/console/register", Client.credentials("paula"));
        page.calls(409, "POST", "/v1/console/register", Client.credentials("paula"));
        page.calls(400, "POST", "/v1/console/register", "{}");
        anybody.calls(403, "POST", "/v1/console/register", Client.credentials("paul"));
        page.ok("POST", "/v1/console/login", Client.credentials("user"));
        page.calls(401, "POST", "/v1/console/login", Client.credentials("nobody"));
        page.calls(400, "POST", "/v1/console/login", "{}");
        anybody.calls(403, "POST", "/v1/console/login", Client.credentials("user"));
        page.ok("POST", "/v1/console/logout", "");
        anybody.calls(403, "POST", "/v1/console/logout", "");
        anybody.calls(401, "GET", "/v1/live", "");
    }

    void keys() {
        user.calls(400, "POST", "/v1/api-keys", "{}");
        var key = user.ok("POST", "/v1/api-keys", "{\"name\":\"script\",\"scope\":\"read\"}");
        Client script = anybody.with("Authorization", "Bearer " + key.path("key").asText());
        assertThat(script.get("/v1/api-keys?limit=1")).hasSize(1);
        user.calls(400, "GET", "/v1/api-keys?cursor=x", "");
        script.calls(403, "POST", "/v1/api-keys", "{\"name\":\"another\"}");
        script.calls(403, "POST", "/xiaozhi/user/logout", "");
        script.calls(403, "PUT", "/xiaozhi/user/info", "{}");
        script.calls(403, "POST", "/v1/session-keys", "");
        String path = "/v1/api-keys/" + key.path("id").asText();
        script.calls(403, "DELETE", path, "");
        user.ok("DELETE", path, "");
        user.calls(404, "DELETE", path, "");
    }

    void users() {
        assertThat(admin.get("/v1/users?q=us&limit=5")).hasSize(1);
        admin.get("/v1/users");
        admin.calls(400, "GET", "/v1/users?cursor=" + "x".repeat(300), "");
        user.calls(403, "GET", "/v1/users", "");
        String made = "{\"username\":\"made\",\"password\":\"a long password\",\"trusted\":true}";
        String id = admin.ok("POST", "/v1/users", made).path("id").asText();
        admin.calls(409, "POST", "/v1/users", made);
        admin.calls(400, "POST", "/v1/users", "{\"username\":\"made2\",\"password\":\"short\"}");
        user.calls(403, "POST", "/v1/users", made);
        admin.ok("PUT", "/v1/users/" + id, "{\"disabled\":true}");
        admin.calls(404, "PUT", "/v1/users/" + NOBODY, "{}");
        admin.get("/v1/users/" + id + "/holdings");
        admin.calls(404, "GET", "/v1/users/" + NOBODY + "/holdings", "");
        String other = made.replace("made", "gone");
        String gone = admin.ok("POST", "/v1/users", other).path("id").asText();
        admin.ok("DELETE", "/v1/users/" + gone, "");
        admin.calls(404, "DELETE", "/v1/users/" + gone, "");
        String own = admin.get("/xiaozhi/user/info").path("id").asText();
        admin.calls(409, "DELETE", "/v1/users/" + own, "");
        admin.calls(400, "PUT", "/v1/users/" + id, "{\"admin\":\"yes\"}");
        user.calls(403, "PUT", "/v1/users/" + id, "{}");
        String self = admin.get("/xiaozhi/user/info").path("id").asText();
        admin.calls(409, "PUT", "/v1/users/" + self, "{\"admin\":false}");
        String reset = "/v1/users/" + id + "/reset-password";
        admin.ok("POST", reset, "{\"password\":\"another password\"}");
        admin.calls(400, "POST", reset, "{}");
        user.calls(403, "POST", reset, "{}");
        admin.calls(
                404,
                "POST",
                "/v1/users/" + NOBODY + "/reset-password",
                "{\"password\":\"another password\"}");
        admin.get("/v1/audit?limit=100&action=user.create");
        user.get("/v1/audit");
        user.calls(403, "GET", "/v1/audit?accountId=" + self, "");
        user.calls(400, "GET", "/v1/audit?cursor=x", "");
        String filter = "?actor=user&subject=x&since=2026-08-01T00:00:00Z&until=1790000000000";
        admin.get("/v1/audit" + filter);
        user.calls(200, "GET", "/v1/audit/export?action=user.login", "");
        user.calls(400, "GET", "/v1/audit/export?since=x", "");
        user.calls(403, "GET", "/v1/audit/export?accountId=" + self, "");
    }

    void withoutAProvider() {
        user.calls(404, "GET", "/v1/provider", "");
        anybody.calls(404, "GET", "/v1/provider/start?next=x", "");
        anybody.calls(404, "GET", "/v1/provider/callback?state=x&code=x", "");
        anybody.calls(401, "POST", "/v1/provider/link", "");
        user.calls(404, "DELETE", "/v1/provider/link", "");
    }

    void secondFactors() {
        String password = "{\"password\":\"correct horse factor\"}";
        Client person = anybody.registered("factor");
        person.calls(400, "POST", "/v1/second-factor", "{}");
        person.calls(404, "POST", "/v1/second-factor/confirm", "{\"totp\":\"123456\"}");
        person.calls(404, "POST", "/v1/second-factor/remove", password);
        String secret = person.ok("POST", "/v1/second-factor", password).path("secret").asText();
        person.calls(400, "POST", "/v1/second-factor/confirm", "{\"totp\":\"\"}");
        String code = TestAccounts.code(secret, anybody.server.clock.instant());
        String totp = "{\"totp\":\"" + code + "\"}";
        person.ok("POST", "/v1/second-factor/confirm", totp);
        person.calls(409, "POST", "/v1/second-factor/confirm", totp);
        person.calls(409, "POST", "/v1/second-factor", password);
        assertThat(person.get("/v1/second-factor").path("on").asBoolean()).isTrue();
        anybody.calls(403, "POST", "/xiaozhi/user/login", Client.credentials("factor"));
        String id = person.get("/xiaozhi/user/info").path("id").asText();
        person.calls(403, "DELETE", "/v1/users/" + id + "/second-factor", "");
        admin.ok("DELETE", "/v1/users/" + id + "/second-factor", "");
        admin.calls(404, "DELETE", "/v1/users/" + id + "/second-factor", "");
        secret = person.ok("POST", "/v1/second-factor", password).path("secret").asText();
        code = TestAccounts.code(secret, anybody.server.clock.instant());
        person.ok("POST", "/v1/second-factor/confirm", "{\"totp\":\"" + code + "\"}");
        person.ok("POST", "/v1/second-factor/remove", password);
    }

    void sessionKeys() {
        String old = admin.get("/v1/session-keys").at("/0/id").asText();
        user.calls(403, "GET", "/v1/session-keys", "");
        user.calls(403, "POST", "/v1/session-keys", "");
        admin.ok("POST", "/v1/session-keys", "");
        admin.ok("DELETE", "/v1/session-keys/" + old, "");
        admin.calls(404, "DELETE", "/v1/session-keys/nothing", "");
        user.calls(403, "DELETE", "/v1/session-keys/" + old, "");
    }

    void agents() {
        String everything =
                """
                {"agentName":"kitchen","assistantName":"小智","langCode":"zh-CN","language":"zh",\
                "systemPrompt":"p","chatHistoryConf":1,"sort":3,"llmModelId":"m",\
                "functions":[{"pluginId":"weather","paramInfo":{"city":"x"}}],\
                "extra":{"llm":{"temperature":0.5}},"datasetIds":["d"],\
                "backend":{"type":"relay","url":"wss://voice.example.com/v1/","token":"t","version":3}}\
                """;
        String id = user.ok("POST", "/xiaozhi/agent", everything).asText();
        user.agent("bedroom");
        user.calls(400, "POST", "/xiaozhi/agent", "{\"agentName\":\"x\"}");
        assertThat(user.get("/xiaozhi/agent/list")).hasSize(2);
        assertThat(user.get("/xiaozhi/agent/list?limit=1")).hasSize(1);
        user.calls(400, "GET", "/xiaozhi/agent/list?cursor=x", "");
        assertThat(user.get("/xiaozhi/agent/search?q=kit")).hasSize(1);
        assertThat(user.get("/xiaozhi/agent/search?type=agent_id&q=" + id)).hasSize(1);
        assertThat(user.get("/xiaozhi/agent/search?type=mac&q=d4:06:06:00:00:01")).isEmpty();
        user.calls(400, "GET", "/xiaozhi/agent/search", "");
        assertThat(user.get("/xiaozhi/agent/" + id).at("/backend/hasToken").asBoolean()).isTrue();
        admin.calls(404, "GET", "/xiaozhi/agent/" + id, "");
        user.ok("PUT", "/xiaozhi/agent/" + id, "{\"backend\":{\"type\":\"echo\"}}");
        user.calls(400, "PUT", "/xiaozhi/agent/" + id, "{\"backend\":{\"type\":\"x\"}}");
        admin.calls(404, "PUT", "/xiaozhi/agent/" + id, "{\"sort\":1}");
        user.ok("DELETE", "/xiaozhi/agent/" + id, "");
        user.calls(404, "DELETE", "/xiaozhi/agent/" + id, "");
    }
}
