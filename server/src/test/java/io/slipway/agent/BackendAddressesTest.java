package io.slipway.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.http.Problem;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackendAddressesTest {

    private final BackendAddresses closed = new BackendAddresses(() -> false);
    private final BackendAddresses open = new BackendAddresses(() -> true);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LOCALHOST",
                "localhost.",
                "a.localhost",
                "localhost.localdomain",
                "ip6-localhost",
                "redis",
                "printer.local",
                "metadata.google.internal",
                "metadata.google.internal.",
                "nas.home.arpa",
                "127.0.0.1",
                "0.0.0.0",
                "10.1.2.3",
                "100.100.100.200",
                "168.63.129.16",
                "169.254.169.254",
                "192.0.0.192",
                "192.168.1.1",
                "255.255.255.255",
                "[::]",
                "[::1]",
                "[0:0:0:0:0:0:0:1]",
                "[::ffff:127.0.0.1]",
                "[::ffff:7f00:1]",
                "[::127.0.0.1]",
                "[64:ff9b::10.0.0.1]",
                "[64:ff9b::a9fe:a9fe]",
                "[2002:7f00:1::]",
                "[2002:c0a8:101::1]",
                "[fd00:ec2::254]",
                "[fe80::1]",
            })
    void clearlyPrivateAddressesAreRefusedWhenSaved(String host) {
        String url = "ws://" + host + ":8000/v1/ws";
        assertThatThrownBy(() -> closed.check(url))
                .isInstanceOfSatisfying(
                        Problem.class,
                        problem -> {
                            assertThat(problem.code()).isEqualTo(400);
                            assertThat(problem.data()).containsEntry("field", "backend.url");
                            assertThat(problem.message(false)).contains("session.private-backends");
                        });
        open.check(url);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "h.example",
                "localhost.example",
                "mylocalhost.com",
                "local.example",
                "8.8.8.8",
                "172.32.0.1",
                "100.128.0.1",
                "[2606:4700:4700::1111]",
                "[64:ff9b::8.8.8.8]",
                "[2002:808:808::]"
            })
    void othersAreTaken(String host) {
        closed.check("wss://" + host + "/");
    }
}
