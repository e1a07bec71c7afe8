package io.slipway.simulator.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.slipway.simulator.CannedServer;
import io.slipway.simulator.CannedService;
import io.slipway.simulator.board.Variant;
import io.slipway.simulator.count.Finding;
import io.slipway.simulator.count.Latencies;
import io.slipway.simulator.count.Traffic;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FleetTest {

    private static FleetOptions options(CannedServer server, int devices) {
        return FleetOptions.of(server.url(), devices).withSpeed(100_000);
    }

    /** Runs until a moment, then stops as if Ctrl-C was pressed. */
    private static FleetReport until(FleetOptions options, Predicate<FleetReport> moment) {
        var seen = new AtomicReference<FleetReport>();
        assertThatThrownBy(() ->
                        Fleet.run(
                                options,
                                Duration.ofMillis(5),
                                report -> {
                                    if (moment.test(report)) {
                                        seen.set(report);
                                        Thread.currentThread().interrupt();
                                    }
                                }))
                .isInstanceOf(InterruptedException.class);
        return Objects.requireNonNull(seen.get());
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void everyKindIsActivatedWhenItsOwnerEntersTheCode(Variant variant) throws Exception {
        var service = new CannedService(0);
        try (var server = new CannedServer(service::answer)) {
            FleetReport report =
                    Fleet.run(options(server, 3).withMix(Mix.only(variant)).withOwner(service));
            assertThat(report.findings().broken()).isEmpty();
            assertThat(report.findings().troubles()).isEmpty();
            assertThat(report.states().activated()).isEqualTo(3);
            assertThat(report.allActivated()).isTrue();
            assertThat(report.clean()).isTrue();
            assertThat(report.counts().codesEntered()).isEqualTo(variant == Variant.V1_0 ? 0 : 3);
            // url and token, once each, however often they were received.
            assertThat(report.counts().nvsWrites()).isEqualTo(6);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V1_6", "V1_5"})
    void anErrorInJsonSilencesOldFirmwareUntilItIsRestarted(Variant variant) throws Exception {
        try (var server = CannedServer.saying(CannedServer.http(500, "{\"error\":\"x\"}"))) {
            FleetReport report = Fleet.run(options(server, 1).withMix(Mix.only(variant)));
            assertThat(report.findings().broken())
                    .extracting(Finding::rule, Finding::count)
                    .containsExactly(tuple("R16", 1L));
            assertThat(report.states().failed()).isEqualTo(1);
            assertThat(server.requests).hasSize(1);
        }
        String text = CannedServer.http(500, "error: x").replace("application/json", "text/plain");
        try (var server = CannedServer.saying(text)) {
            FleetReport report = Fleet.run(options(server, 1).withMix(Mix.only(variant)));
            assertThat(report.findings().broken()).isEmpty();
            assertThat(server.requests).hasSize(10);
        }
    }

    @Test
    void activationAfterSomePolls() throws Exception {
        var service = new CannedService(13);
        try (var server = new CannedServer(service::answer)) {
            FleetReport report = Fleet.run(options(server, 1).withMix(Mix.only(Variant.WIFI)));
            assertThat(report.allActivated()).isTrue();
            // Ten polls per check: 1 + 10 + 1 + 3 + 1.
            assertThat(server.requests).hasSize(16);
            assertThat(server.requests.get(11).path()).isEqualTo("/v1/ota/");
            assertThat(server.requests.get(15).path()).isEqualTo("/v1/ota/");
            assertThat(report.counts().requests()).isEqualTo(16);
            assertThat(report.counts().goodAnswers()).isEqualTo(3);
        }
    }

    @Test
    void manyOfAllKindsFromAddressesOfTheirOwn() throws Exception {
        var service = new CannedService(0);
        try (var server = new CannedServer(service::answer)) {
            FleetReport report =
                    Fleet.run(options(server, 300).withConnections(50).withOwner(service));
            assertThat(report.findings().broken()).isEmpty();
            assertThat(report.allActivated()).isTrue();
            assertThat(server.requests)
                    .extracting(CannedServer.Request::from)
                    .contains("127.1.0.1", "127.1.0.6")
                    .allMatch(from -> from.startsWith("127.1.0."));
            // Some people type the address without a slash.
            assertThat(server.requests)
                    .extracting(CannedServer.Request::path)
                    .containsOnly("/v1/ota", "/v1/ota/", "/v1/ota/activate");
        }
    }

    @Test
    void sourceAddresses() {
        assertThat(Fleet.source(0).getHostAddress()).isEqualTo("127.1.0.1");
        assertThat(Fleet.source(49).getHostAddress()).isEqualTo("127.1.0.1");
        assertThat(Fleet.source(50).getHostAddress()).isEqualTo("127.1.0.2");
        assertThat(Fleet.source(99_999).getHostAddress()).isEqualTo("127.1.7.250");
    }

    @Test
    void brokenRulesAreCountedWithTheFirstExample() throws Exception {
        try (var server = CannedServer.saying(CannedServer.http(200, "{\"mqtt\":null}"))) {
            FleetReport report =
                    Fleet.run(
                            FleetOptions.of(server.url(), 2)
                                    .withMix(Mix.only(Variant.WIFI))
                                    .withSpeed(1_000_000));
            assertThat(report.findings().broken())
                    .singleElement()
                    .satisfies(finding -> {
                        assertThat(finding.rule()).isEqualTo("R6");
                        assertThat(finding.count()).isEqualTo(20);
                        assertThat(finding.what()).isEqualTo("null at /mqtt");
                        assertThat(finding.mac()).startsWith("d6:00:01:");
                    });
            assertThat(report.states().failed()).isEqualTo(2);
            assertThat(report.clean()).isFalse();
        }
    }

    @Test
    void activationThatNeverEndsIsRuleNine() throws Exception {
        var service = new CannedService(0);
        var polls = new AtomicInteger();
        try (var server =
                new CannedServer(request ->
                        request.path().endsWith("activate") && polls.getAndIncrement() == 0
                                ? CannedServer.http(200, "{\"message\":\"activated\"}")
                                : service.answer(request))) {
            var late = new AtomicInteger();
            FleetReport report =
                    Fleet.run(
                            options(server, 1)
                                    .withMix(Mix.only(Variant.WIFI))
                                    .withOwner((mac, code) -> {
                                        if (late.getAndIncrement() < 2) {
                                            throw new IOException("not yet");
                                        }
                                        service.enter(mac, code);
                                    }));
            assertThat(report.findings().broken()).extracting(Finding::rule).containsExactly("R9");
            assertThat(report.findings().troubles())
                    .extracting(Finding::rule)
                    .containsExactly("code not accepted");
            assertThat(report.allActivated()).isTrue();
        }
    }

    @Test
    void withoutACodeItWaitsInSilence() throws Exception {
        String silent = "{\"activation\":{\"message\":\"later\",\"challenge\":\"c\"}}";
        try (var server =
                new CannedServer(request ->
                        request.path().endsWith("activate")
                                ? CannedServer.http(202, "{\"message\":\"pending\"}")
                                : CannedServer.http(200, silent))) {
            FleetReport report =
                    until(
                            options(server, 1).withMix(Mix.only(Variant.WIFI)),
                            r -> r.states().waitingWithoutCode() == 1);
            assertThat(report.states().waitingWithCode()).isZero();
            assertThat(report.findings().broken()).isEmpty();
        }
    }

    @Test
    void nobodyAtHome() throws Exception {
        FleetReport report =
                Fleet.run(
                        FleetOptions.of("http://127.0.0.1:1/v1/ota/", 2)
                                .withMix(Mix.only(Variant.WIFI))
                                .withSpeed(1_000_000_000));
        assertThat(report.states().failed()).isEqualTo(2);
        assertThat(report.findings().broken()).isEmpty();
        assertThat(report.clean()).isFalse();
        assertThat(report.findings().troubles())
                .extracting(Finding::rule)
                .containsExactly("ConnectException");
    }

    @Test
    void aServerThatNeverAnswersDoesNotHoldTheRunUp() throws Exception {
        try (var socket =
                new java.net.ServerSocket(0, 50, java.net.InetAddress.getLoopbackAddress())) {
            FleetReport report =
                    until(
                            FleetOptions.of("http://127.0.0.1:" + socket.getLocalPort() + "/", 3),
                            r -> r.states().booted() == 3);
            assertThat(report.counts().requests()).isZero();
            assertThat(report.findings().troubles()).isEmpty();
        }
    }

    @Test
    void theRunEndsWithItsTime() throws Exception {
        var service = new CannedService(0);
        try (var server = new CannedServer(service::answer)) {
            FleetReport report = Fleet.run(options(server, 5).withLimit(Duration.ofMillis(50)));
            assertThat(report.devices()).isEqualTo(5);
            assertThat(report.findings().broken()).isEmpty();
            assertThat(report.findings().troubles()).isEmpty();
        }
    }

    @Test
    void aFailingOwnerIsTrouble() throws Exception {
        var service = new CannedService(20);
        try (var server = new CannedServer(service::answer)) {
            FleetReport report =
                    Fleet.run(
                            options(server, 1)
                                    .withMix(Mix.only(Variant.WIFI))
                                    .withOwner((mac, code) -> {
                                        throw new IllegalStateException("oops");
                                    }));
            assertThat(report.findings().troubles())
                    .extracting(Finding::rule)
                    .contains("code not accepted");
            assertThat(report.allActivated()).isTrue();
        }
    }

    @Test
    void mixes() {
        assertThat(Mix.parse("wifi=2, py").weights())
                .containsEntry(Variant.WIFI, 2)
                .containsEntry(Variant.PY_XIAOZHI, 1);
        for (String bad : new String[] {"", "wifi=", "wifi=-1", "wifi=0", "toaster=1", "wifi=x"}) {
            assertThatThrownBy(() -> Mix.parse(bad)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(
                        java.util.stream.IntStream.range(0, 500)
                                .mapToObj(i -> Mix.DEFAULT.variant(1, i)))
                .contains(Variant.values());
    }

    @Test
    void latencyBucketsAreInOrderAndNarrow() {
        long previous = -1;
        for (long micros = 0; micros < 2_000_000; micros = micros * 21 / 20 + 1) {
            long upper = Latencies.upper(Latencies.bucket(micros));
            assertThat(upper).isBetween(micros, micros + micros / 16);
            assertThat(upper).isGreaterThanOrEqualTo(previous);
            previous = upper;
        }
        var traffic = new Traffic(1);
        assertThat(traffic.latency().p50Ms()).isZero();
        for (int i = 1; i <= 100; i++) {
            traffic.answered(i * 1_000_000L);
        }
        assertThat(traffic.latency().p50Ms()).isBetween(50.0, 54.0);
        assertThat(traffic.latency().p99Ms()).isBetween(99.0, 106.0);
    }
}
