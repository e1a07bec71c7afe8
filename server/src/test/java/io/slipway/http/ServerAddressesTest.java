package io.slipway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.http.ServerAddresses.PrivateAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerAddressesTest {

    /** Network and bits: every address below is in a private network. */
    private static final List<String> PRIVATE =
            List.of(
                    "0.0.0.0/8",
                    "10.0.0.0/8",
                    "100.64.0.0/10",
                    "127.0.0.0/8",
                    "169.254.0.0/16",
                    "172.16.0.0/12",
                    "192.168.0.0/16",
                    "192.0.0.0/24",
                    "198.18.0.0/15",
                    "224.0.0.0/4",
                    "240.0.0.0/4");

    private static final List<String> PRIVATE6 =
            List.of(
                    "::/8",
                    "64:ff9b:1::/48",
                    "100::/64",
                    "fc00::/7",
                    "fe80::/10",
                    "fec0::/10",
                    "ff00::/8",
                    "2001::/32",
                    "2001:db8::/32",
                    "5f00::/16");

    private final ServerAddresses closed = new ServerAddresses(false);
    private final ServerAddresses open = new ServerAddresses(true);
    private final Random random = new Random(11);

    /** Names that pass the check when saving: only the result of the look-up counts. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "127.0.0.1",
                "::1",
                "[::ffff:127.0.0.1]",
                "::ffff:7f00:1",
                "169.254.169.254",
                "fd00:ec2::254",
                "2002:7f00:1::",
                "64:ff9b::7f00:1"
            })
    void aPrivateAddressIsNotResolved(String host) throws Exception {
        assertThatThrownBy(() -> closed.resolve(host)).isInstanceOf(PrivateAddress.class);
        assertThat(open.resolve(host)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.1", "0x7f.1", "2130706433", "127.0.0.1.", "%31", ""})
    void anOddSpellingLeadsNowherePublic(String host) {
        // Which of the two depends on the JDK and the system's resolver.
        assertThatThrownBy(() -> closed.resolve(host))
                .isInstanceOfAny(PrivateAddress.class, UnknownHostException.class);
    }

    @Test
    void aPublicAddressIsResolvedToItself() throws Exception {
        assertThat(closed.resolve("8.8.8.8").getHostAddress()).isEqualTo("8.8.8.8");
        assertThat(closed.resolve("2606:4700:4700:0:0:0:0:1111").getHostAddress())
                .isEqualTo("2606:4700:4700:0:0:0:0:1111");
    }

    @Test
    void nothingInAPrivateRangeGetsThroughInAnyForm() throws Exception {
        for (String range : PRIVATE) {
            for (int i = 0; i < 2_000; i++) {
                byte[] v4 = within(range, i);
                assertRefused(InetAddress.getByAddress(v4));
                assertRefused(wrapped("0000:0000:0000:0000:0000:ffff", v4));
                assertRefused(wrapped("0000:0000:0000:0000:0000:0000", v4));
                assertRefused(wrapped("0064:ff9b:0000:0000:0000:0000", v4));
                assertRefused(wrapped("2002", v4));
            }
        }
        for (String range : PRIVATE6) {
            for (int i = 0; i < 2_000; i++) {
                assertRefused(InetAddress.getByAddress(within(range, i)));
            }
        }
    }

    @Test
    void theNeighboursOfPrivateRangesAreTaken() throws Exception {
        for (String address :
                List.of(
                        "1.0.0.0",
                        "9.255.255.255",
                        "11.0.0.0",
                        "100.63.255.255",
                        "100.128.0.0",
                        "126.255.255.255",
                        "128.0.0.0",
                        "169.253.255.255",
                        "169.255.0.0",
                        "172.15.255.255",
                        "172.32.0.0",
                        "192.167.255.255",
                        "192.169.0.0",
                        "223.255.255.255",
                        "2000::",
                        "2001:200::",
                        "2003::",
                        "2400::1",
                        "3ffe:ffff::")) {
            assertThat(PublicAddress.is(InetAddress.ofLiteral(address))).as(address).isTrue();
        }
    }

    @Test
    void manySessionsMayAskForOneHostAtOnce() throws Exception {
        var answers = new ArrayList<Future<InetAddress>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 500; i++) {
                answers.add(threads.submit(() -> open.resolve("localhost")));
            }
        }
        for (var answer : answers) {
            assertThat(answer.get().isLoopbackAddress()).isTrue();
        }
    }

    private static void assertRefused(InetAddress address) {
        assertThat(PublicAddress.is(address)).as(address.getHostAddress()).isFalse();
    }

    /** The first and the last address of a range, then random ones. */
    private byte[] within(String range, int round) {
        String[] parts = range.split("/");
        byte[] bytes = InetAddress.ofLiteral(parts[0]).getAddress();
        int prefix = Integer.parseInt(parts[1]);
        for (int bit = prefix; bit < bytes.length * 8; bit++) {
            boolean set = round == 1 || (round > 1 && random.nextBoolean());
            if (set) {
                bytes[bit / 8] |= (byte) (0x80 >> bit % 8);
            }
        }
        return bytes;
    }

    private static InetAddress wrapped(String before, byte[] v4) throws UnknownHostException {
        byte[] bytes = new byte[16];
        int at = 0;
        for (String group : before.split(":")) {
            int value = Integer.parseInt(group, 16);
            bytes[at++] = (byte) (value >> 8);
            bytes[at++] = (byte) value;
        }
        System.arraycopy(v4, 0, bytes, at, 4);
        return InetAddress.getByAddress(bytes);
    }
}
