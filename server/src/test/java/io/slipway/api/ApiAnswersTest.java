package io.slipway.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.Person;
import io.slipway.TestServer;
import io.slipway.sql.TestEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real answers, successful and failed, checked against the API's document; and every operation is
 * covered.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApiAnswersTest {

    /** Operations without a successful call, and why. */
    private static final String PROVIDER = "needs a sign-in provider: ProviderLoginTest has one";

    private static final Map<String, String> LEFT_OUT =
            Map.of(
                    "provider", PROVIDER,
                    "startProviderLogin", PROVIDER,
                    "endProviderLogin", PROVIDER,
                    "linkProvider", PROVIDER,
                    "unlinkProvider", PROVIDER,
                    "openSession", "a WebSocket; the tests of sessions open thousands",
                    "live", "an answer without an end; its own tests read it");

    private final Client.Seen seen = new Client.Seen();
    private int stories;
    private Contract contract;
    private TestServer server;

    @BeforeEach
    void start(@TempDir Path folder) {
        server =
                TestServer.start(
                        TestEngine.SQLITE,
                        folder,
                        "webhooks.private",
                        "on",
                        "session.private-backends",
                        "on");
        contract = new Contract(Person.json(server.call("GET", "/openapi.json", new byte[0])));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Client anybody() {
        return new Client(server, contract, seen);
    }

    @Test
    void people() {
        var story = new PeopleStory(anybody());
        story.signingIn();
        story.theWebPagesLogin();
        story.secondFactors();
        story.withoutAProvider();
        story.theWebPagesBegin();
        story.keys();
        story.users();
        story.sessionKeys();
        story.agents();
        stories++;
    }

    @Test
    void devices() {
        var story = new DeviceStory(anybody());
        story.aDeviceArrives();
        story.itsOwnerLooksAtIt();
        story.itIsRefused();
        story.itMoves();
        story.anotherHasItsMacToo();
        story.aProgramConnects();
        story.itIsLetGo();
        story.devicesAreAnnounced();
        story.unprovenBindingsAreDecidedByTheirOwner();
        stories++;
    }

    @Test
    void talk() throws Exception {
        var story = new TalkStory(anybody());
        story.toolsAreCalled();
        story.sessionsAreSeenAndEnded();
        story.chatHistoryIsStored();
        stories++;
    }

    @Test
    void updates() {
        var story = new UpdateStory(anybody());
        story.buildsAreUploaded();
        story.aPersonDownloads();
        story.rolloutsAreDriven();
        story.aDeviceIsUpdated();
        story.itIsLookedAt();
        story.strangersFail();
        stories++;
    }

    @Test
    void events() throws Exception {
        new EventStory(anybody()).aWebhookIsCreatedAndNotified();
        stories++;
    }

    /** A new operation must be added to a story. */
    @AfterAll
    void everyOperationWasCalled() {
        if (stories < 5) {
            // Some were skipped, or failed and report it themselves.
            return;
        }
        var untold = new TreeSet<String>();
        var without = new TreeSet<String>();
        for (Contract.Operation each : contract.operations) {
            if (seen.of(each.id()).stream().noneMatch(status -> status < 400)) {
                untold.add(each.id());
            }
            // Unauthenticated calls and missing objects are answers like any other.
            if (errs(each) && seen.of(each.id()).stream().noneMatch(status -> status >= 400)) {
                without.add(each.id());
            }
        }
        assertThat(untold).containsExactlyInAnyOrderElementsOf(LEFT_OUT.keySet());
        assertThat(without).as("no story gets an error from them").isEmpty();
    }

    /** For people and scripts that rely on the order of fields. */
    @AfterAll
    void fieldsKeepTheirOrder() throws IOException {
        if (stories == 5) {
            Path met = Path.of("target/field-order.txt");
            Files.write(met, seen.fields.lines());
            assertThat(seen.fields.departures(Files.readAllLines(FieldOrder.KEPT)))
                    .as("if it shall change: copy %s", met)
                    .isEmpty();
        }
    }

    private static boolean errs(Contract.Operation operation) {
        var responses = operation.node().path("responses");
        return responses.has("400") || responses.has("403") || responses.has("404");
    }
}
