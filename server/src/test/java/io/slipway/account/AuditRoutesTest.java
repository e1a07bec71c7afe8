package io.slipway.account;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.sql.Plane;
import io.slipway.sql.TestEngine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(TestEngine.class)
class AuditRoutesTest {

    @Parameter TestEngine engine;
    @TempDir Path folder;
    private Node node;
    private TestAccounts.Login admin;
    private TestAccounts.Login bob;

    @BeforeEach
    void start() {
        node = new Node(engine, folder).start();
        admin = TestAccounts.login(node.database, node.now::get, "admin", true);
        bob = TestAccounts.login(node.database, node.now::get, "bob", false);
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private void did(TestAccounts.Login who, String action, String target, String detail) {
        node.audit.record(who.caller(), action, target, detail);
        node.pass(Duration.ofMinutes(1));
    }

    private List<String> found(String filter) {
        var answer = node.as(admin.token(), "GET", "/v1/audit?limit=50&" + filter);
        assertThat(answer.status()).as(filter).isEqualTo(200);
        var details = new ArrayList<String>();
        for (JsonNode entry : answer.data()) {
            details.add(entry.get("detail").asText());
        }
        return details;
    }

    @Test
    void filtersNarrowItDownAndGoTogether() {
        did(bob, "agent.create", "a1", "one");
        did(admin, "agent.create", "a2", "two");
        did(bob, "agent.delete", "a1", "three");
        did(bob, "device.bind", "d1", "four");
        assertThat(found("")).containsExactly("four", "three", "two", "one");
        assertThat(found("actor=bob")).containsExactly("four", "three", "one");
        assertThat(found("actor=bo")).isEmpty();
        assertThat(found("action=agent.create")).containsExactly("two", "one");
        assertThat(found("subject=a1")).containsExactly("three", "one");
        assertThat(found("target=a1")).containsExactly("three", "one");
        assertThat(found("actor=bob&action=agent.create")).containsExactly("one");
        assertThat(found("actor=admin&subject=a1")).isEmpty();
        // From the first minute on, up to and without the third.
        assertThat(found("since=2026-08-01T00:01:00Z")).containsExactly("four", "three", "two");
        assertThat(found("until=2026-08-01T00:02:00Z")).containsExactly("two", "one");
        assertThat(found("since=2026-08-01T00:01:00Z&until=2026-08-01T00:02:00Z"))
                .containsExactly("two");
        assertThat(found("since=9999999999999")).isEmpty();
        assertThat(found("since=999999999999999")).isEmpty();
        assertThat(found("actor=%20&subject=%20")).hasSize(4);
        for (String bad :
                List.of(
                        "actor=%00",
                        "since=yesterday", "until=2026-08", "actor=" + "x".repeat(129))) {
            var answer = node.as(admin.token(), "GET", "/v1/audit?" + bad);
            assertThat(answer.status()).as(bad).isEqualTo(400);
        }
        var own = node.as(bob.token(), "GET", "/v1/audit?actor=admin");
        assertThat(own.data()).isEmpty();
        assertThat(node.as(bob.token(), "GET", "/v1/audit?subject=a2").data()).isEmpty();
    }

    @Test
    void anExportIsATableThatRunsNoFormula() {
        did(bob, "agent.create", "=1+1", "plain, with a comma");
        did(bob, "agent.create", "+49", "a \"quote\"\nand a line");
        did(bob, "agent.create", "-x", "@SUM(A1)");
        did(bob, "agent.create", "客厅", "\t=1");
        did(admin, "agent.create", "", "not bob's");
        var answer = node.as(bob.token(), "GET", "/v1/audit/export?action=agent.create");
        assertThat(answer.status()).isEqualTo(200);
        var headers = answer.raw().headers();
        assertThat(headers.firstValue("Content-Type")).hasValue("text/csv; charset=utf-8");
        assertThat(headers.firstValue("Content-Disposition"))
                .hasValue("attachment; filename=\"audit.csv\"");
        String id = bob.caller().accountId();
        String at = "2026-08-01T00:0";
        assertThat(new String(answer.raw().body(), StandardCharsets.UTF_8))
                .isEqualTo(
                        "\ufeffat,actor,accountId,action,subject,detail,address\r\n"
                                + row(at + "3:00Z", id, "\"客厅\"", "\"'\t=1\"")
                                + row(at + "2:00Z", id, "\"'-x\"", "\"'@SUM(A1)\"")
                                + row(
                                        at + "1:00Z",
                                        id,
                                        "\"'+49\"",
                                        "\"a \"\"quote\"\"\nand a line\"")
                                + row(at + "0:00Z", id, "\"'=1+1\"", "\"plain, with a comma\""));
        // The export itself is an entry.
        assertThat(found("action=audit.export")).hasSize(1);
        assertThat(node.call("GET", "/v1/audit/export", "").status()).isEqualTo(401);
        String admins = "/v1/audit/export?accountId=" + admin.caller().accountId();
        assertThat(node.as(bob.token(), "GET", admins).status()).isEqualTo(403);
        for (int i = 1; i < 6; i++) {
            assertThat(node.as(bob.token(), "GET", "/v1/audit/export").status()).isEqualTo(200);
        }
        var limited = node.as(bob.token(), "GET", "/v1/audit/export");
        assertThat(limited.status()).isEqualTo(429);
        assertThat(limited.raw().headers().firstValue("Retry-After")).hasValue("60");
    }

    private static String row(String at, String id, String subject, String detail) {
        return at + ",bob," + id + ",agent.create," + subject + "," + detail + ",127.0.0.1\r\n";
    }

    @Test
    void aLongExportIsComplete() {
        node.database.run(
                Plane.CONSOLE,
                tx -> {
                    for (int i = 0; i < 1_234; i++) {
                        node.audit.record(tx, bob.caller(), "device.bind", "d" + i, "");
                    }
                });
        var answer = node.as(bob.token(), "GET", "/v1/audit/export?action=device.bind");
        String[] lines = new String(answer.raw().body(), StandardCharsets.UTF_8).split("\r\n");
        assertThat(lines).hasSize(1_235);
        assertThat(lines[1]).contains(",d1233,");
        assertThat(lines[1_234]).contains(",d0,");
    }
}
