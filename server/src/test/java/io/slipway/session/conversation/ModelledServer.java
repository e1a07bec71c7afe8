package io.slipway.session.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.Person;
import io.slipway.TestServer;
import io.slipway.session.Await;
import io.slipway.session.TestBackend;
import io.slipway.session.conversation.ModelledAgent.Kind;
import io.slipway.simulator.board.DeviceProfile;
import io.slipway.simulator.board.Variant;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A server, an owner with agents, backends, and MACs with devices; with the model's knowledge of
 * their shared state. That changes only between rounds, while no device talks.
 */
final class ModelledServer implements AutoCloseable {

    private static final Duration KEEP_ALIVE = Duration.ofDays(30);
    private static final String WEAK = "web_test_client";

    final TestServer server;
    final List<ModelledMac> macs = new ArrayList<>();
    final List<ModelledAgent> agents = new ArrayList<>();
    final Map<Kind, TestBackend> backends = new EnumMap<>(Kind.class);
    private final String ownerId;
    private volatile Person admin;
    private volatile Person owner;
    private volatile boolean ownerEnabled = true;
    private int key;
    private int oldestKey;

    ModelledServer(TestEngine engine, Path folder) {
        server =
                TestServer.start(
                        engine,
                        folder,
                        "session.private-backends",
                        "on",
                        "session.write-timeout",
                        "2 s");
        admin = Person.register(server, "admin");
        owner = Person.register(server, "owner");
        String found = "";
        for (JsonNode user : admin.ok("GET", "/v1/users", "")) {
            found =
                    user.path("username").asText().equals("owner")
                            ? user.path("id").asText()
                            : found;
        }
        ownerId = found;
        for (Kind kind : Kind.values()) {
            if (kind.relayed()) {
                backends.put(kind, TestBackend.start(kind.manner()));
            }
        }
        Kind[] kinds = {Kind.ECHO, Kind.ECHO, Kind.ANSWERS, Kind.ANSWERS, Kind.RUDE, Kind.STALLS};
        for (int i = 0; i < kinds.length; i++) {
            ModelledAgent made = addAgent(i % 2 == 0);
            give(made, kinds[i], 0);
        }
        build();
    }

    // All layouts of frames, firmware of all ages, a second pair of a MAC, and one that is never
    // bound.
    private void build() {
        add(true, profile(Variant.WIFI, 1), 1, true, 60);
        add(true, profile(Variant.WIFI, 2), 2, false, 60);
        add(true, speaks(profile(Variant.ML307, 3), "en-US"), 3, true, 60);
        add(true, profile(Variant.V1_7, 4).withVersion("1.9.4"), 2, false, 60);
        add(true, profile(Variant.V1_7, 5), 1, false, 60);
        add(true, profile(Variant.V1_5, 6).withVersion("1.6.2"), 3, false, 60);
        add(true, speaks(profile(Variant.PY_XIAOZHI, 7), "en-US"), 1, false, 20);
        DeviceProfile first = profile(Variant.WIFI, 8);
        ModelledMac twins = add(true, first, 3, true, 60);
        String other = profile(Variant.WIFI, 9).clientId();
        // Of the same MAC, and as old as possible.
        twins.pairs.add(
                new ModelledDevice(
                        twins,
                        new DeviceProfile(
                                Variant.V1_7,
                                first.mac(),
                                other,
                                "1.7.6",
                                first.board(),
                                "en-US",
                                "",
                                ""),
                        1,
                        false,
                        60));
        add(false, speaks(profile(Variant.RAW_SSID, 10), "de-DE"), 2, false, 60);
        add(true, profile(Variant.WIFI, 11).withClientId(WEAK), 1, true, 60);
    }

    static DeviceProfile profile(Variant variant, int index) {
        return DeviceProfile.of(variant, 1, index);
    }

    private static DeviceProfile speaks(DeviceProfile d, String language) {
        return new DeviceProfile(
                d.variant(),
                d.mac(),
                d.clientId(),
                d.version(),
                d.board(),
                language,
                d.serial(),
                d.hmacKey());
    }

    ModelledMac add(
            boolean mayBeBound, DeviceProfile profile, int layout, boolean asks, int frameMs) {
        var mac = new ModelledMac(this, mayBeBound);
        mac.pairs.add(new ModelledDevice(mac, profile, layout, asks, frameMs));
        macs.add(mac);
        return mac;
    }

    /** How many devices each MAC has. */
    List<Integer> pairs() {
        return macs.stream().map(mac -> mac.pairs.size()).toList();
    }

    long now() {
        return server.clock.millis();
    }

    Person owner() {
        return owner;
    }

    Person admin() {
        return admin;
    }

    boolean ownerEnabled() {
        return ownerEnabled;
    }

    /** Which session key signs now. */
    int key() {
        return key;
    }

    void rotateKeys() {
        admin.ok("POST", "/v1/session-keys", "");
        key++;
    }

    void revokeKeys() {
        for (JsonNode known : admin.ok("GET", "/v1/session-keys", "")) {
            if (known.path("state").asText().equals("retired")) {
                admin.ok("DELETE", "/v1/session-keys/" + known.path("id").asText(), "");
            }
        }
        oldestKey = key;
    }

    /** The administrator disables the owner, or enables them again. */
    void enableOwner(boolean enabled) {
        String body = "{\"disabled\":" + !enabled + "}";
        admin.ok("PUT", "/v1/users/" + ownerId, body);
        ownerEnabled = enabled;
        if (enabled) {
            owner = owner.again("owner");
        }
    }

    /** Logins last 12 hours. */
    void signInAgain() {
        admin = admin.again("admin");
        if (ownerEnabled) {
            owner = owner.again("owner");
        }
    }

    /** Whether the owner can't do it because their account is disabled, which is checked. */
    boolean refused(String method, String path) {
        if (!ownerEnabled) {
            owner.fails(401, method, path, "{}");
        }
        return !ownerEnabled;
    }

    ModelledAgent addAgent(boolean keeps) {
        String body = "{\"agentName\":\"客厅\",\"assistantName\":\"小智\"}";
        String id = owner.ok("POST", "/xiaozhi/agent", body).asText();
        owner.ok("PUT", "/xiaozhi/agent/" + id, "{\"chatHistoryConf\":" + (keeps ? 1 : 0) + "}");
        var made = new ModelledAgent(id, keeps);
        agents.add(made);
        return made;
    }

    /**
     * Changes an agent's backend.
     *
     * @param version of binary frames, 0 for the device's own
     */
    void give(ModelledAgent agent, Kind kind, int version) {
        String url =
                kind == Kind.NOBODY
                        ? "ws://127.0.0.1:1/"
                        : kind == Kind.ECHO ? "" : backends.get(kind).url();
        String relay = "{\"type\":\"relay\",\"url\":\"" + url + "\",\"version\":" + version + "}";
        String backend = kind == Kind.ECHO ? "{\"type\":\"echo\"}" : relay;
        owner.ok("PUT", "/xiaozhi/agent/" + agent.id, "{\"backend\":" + backend + "}");
        agent.kind = kind;
    }

    ModelledAgent anyAgent(Random random) {
        return agents.get(random.nextInt(agents.size()));
    }

    /** The expected admission of a session that this pair opens now (decisions D1, D4, D5). */
    ExpectedAdmission verdict(ModelledDevice pair) {
        ModelledMac mac = pair.mac;
        if (!pair.bound()) {
            return ExpectedAdmission.UNBOUND;
        }
        if (pair.tokenKey() < oldestKey) {
            return ExpectedAdmission.REVOKED;
        }
        if (!ownerEnabled) {
            return ExpectedAdmission.DISABLED;
        }
        if (now() - mac.seenAt > KEEP_ALIVE.toMillis()) {
            return ExpectedAdmission.EXPIRED;
        }
        return mac.agent == null ? ExpectedAdmission.NO_AGENT : ExpectedAdmission.TALKS;
    }

    Stream<ModelledConversation> calls() {
        return macs.stream().flatMap(mac -> mac.calls().stream());
    }

    Set<String> listed() {
        var ids = new HashSet<String>();
        owner.ok("GET", "/v1/sessions?limit=100", "").forEach(s -> ids.add(s.path("id").asText()));
        return ids;
    }

    /** Waits until the list of sessions no longer has calls that are over. */
    void gone(List<ModelledConversation> calls) {
        List<String> over = calls.stream().map(call -> call.session).toList();
        until(
                "calls that are over leave the list",
                () -> over.stream().noneMatch(listed()::contains));
    }

    /** Waits until there is no session to be restarted. */
    void until404(Person person, String path) {
        until("no session", () -> person.raw("POST", path, "").statusCode() == 404);
    }

    interface Condition {
        boolean holds();
    }

    static void until(String what, Condition condition) {
        try {
            Await.until(condition::holds);
        } catch (AssertionError e) {
            throw new AssertionError(what, e);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits until no device has a deleted agent. */
    void awaitAgents() {
        for (ModelledMac mac : macs) {
            if (mac.pinned != null && mac.agent == null) {
                String path = "/v1/devices/" + mac.mac();
                until(
                        "a device loses its deleted agent",
                        () -> owner.ok("GET", path, "").path("agentId").isNull());
            }
        }
    }

    /** After a round: the list of sessions and the devices' own state match the model. */
    void check() {
        calls().filter(ModelledConversation::talks).forEach(ModelledConversation::sane);
        if (!ownerEnabled) {
            return;
        }
        var live = new HashSet<String>();
        var ghosts = new HashSet<String>();
        calls().filter(ModelledConversation::talks).forEach(call -> live.add(call.session));
        calls().filter(call -> call.ghost).forEach(call -> ghosts.add(call.session));
        until(
                "the list of sessions: " + live + " and perhaps " + ghosts,
                () -> {
                    Set<String> listed = listed();
                    boolean all = listed.containsAll(live);
                    listed.removeAll(live);
                    return all && ghosts.containsAll(listed);
                });
        macs.forEach(this::check);
    }

    private void check(ModelledMac mac) {
        String path = "/v1/devices/" + mac.mac();
        if (mac.pinned == null) {
            owner.fails(404, "GET", path, "");
            return;
        }
        JsonNode device = owner.ok("GET", path, "");
        String agent = mac.agent == null ? "" : mac.agent.id;
        assertThat(device.path("agentId").asText("").replace("null", "")).isEqualTo(agent);
        if (mac.calls().stream().noneMatch(call -> call.ghost)) {
            String session =
                    mac.calls().reversed().stream()
                            .filter(call -> call.talks() && call.epoch == mac.epoch)
                            .findFirst()
                            .map(call -> call.session)
                            .orElse("");
            assertThat(device.at("/session/id").asText("")).isEqualTo(session);
            assertThat(device.path("online").asBoolean()).isEqualTo(!session.isEmpty());
        }
    }

    @Override
    public void close() {
        calls().forEach(call -> call.device.close());
        server.close();
        backends.values().forEach(TestBackend::close);
    }
}
