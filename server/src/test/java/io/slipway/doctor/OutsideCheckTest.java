package io.slipway.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.Person;
import io.slipway.TestServer;
import io.slipway.doctor.DoctorFinding.Grade;
import io.slipway.protocol.firmware.Chip;
import io.slipway.rollout.Shop;
import io.slipway.simulator.update.FirmwareFile;
import io.slipway.sql.TestEngine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a real server, and one whose answers something on the way has changed. */
class OutsideCheckTest {

    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

    @TempDir Path folder;

    private static List<String> harms(List<DoctorFinding> findings) {
        return findings.stream()
                .filter(each -> each.grade() == Grade.HARM)
                .map(each -> each.line(false))
                .toList();
    }

    @Test
    void aServerWithoutAnythingInBetweenHarmsNobody() {
        try (TestServer server = TestServer.start(TestEngine.SQLITE, folder)) {
            List<DoctorFinding> found = OutsideCheck.run(server.base(), "", NOW);
            assertThat(found)
                    .filteredOn(each -> each.grade() == Grade.NOTE)
                    .singleElement()
                    .satisfies(each -> assertThat(each.line(false)).contains("only this machine"));
            assertThat(harms(found)).isEmpty();
            assertThat(found)
                    .extracting(each -> each.line(false))
                    .anyMatch(line -> line.contains("/v1/ota/activate"))
                    .anyMatch(line -> line.contains("/v1/firmware/none"))
                    .anyMatch(line -> line.contains("WebSockets reach"));
        }
    }

    @Test
    void whatAProxyDoesToAnswersIsFound() throws IOException {
        assertHarm(answer -> answer.replace("Content-Length", "content-length"), "h1-case-adjust");
        assertHarm(
                answer -> "HTTP/1.1 301 Moved\r\nLocation: https://h/\r\nContent-Length: 0\r\n\r\n",
                "no redirect");
        assertHarm(
                answer -> answer.replaceFirst("Content-Length: \\d+", "Transfer-Encoding: chunked"),
                "no Content-Length");
        assertHarm(
                answer -> answer.replace("Date:", "Content-Encoding: gzip\r\nDate:"), "compressed");
        assertHarm(
                answer -> "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno",
                "instead of 400");
        assertHarm(answer -> answer.replace("Device ID", "Nothing"), "other than Slipway");
        assertHarm(answer -> "SSH-2.0\r\n\r\n", "not HTTP/1");
        assertHarm(answer -> answer, "WebSockets do not reach");
    }

    @Test
    void oldBoardsSpeakTlsOnItsUsualPortOnly() {
        assertThat(OutsideCheck.run("https://127.0.0.1:1", "", NOW))
                .extracting(each -> each.line(false))
                .anyMatch(line -> line.contains("publish that port"));
        assertThat(OutsideCheck.run("http://127.0.0.1:1", "", NOW))
                .extracting(each -> each.line(false))
                .noneMatch(line -> line.contains("publish that port"));
    }

    private static void assertHarm(UnaryOperator<String> change, String words) throws IOException {
        try (var proxy = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.startVirtualThread(() -> serve(proxy, change));
            List<DoctorFinding> found =
                    OutsideCheck.run("http://127.0.0.1:" + proxy.getLocalPort(), "", NOW);
            assertThat(harms(found)).as(words).anyMatch(line -> line.contains(words));
        }
    }

    // Everything is answered as a check-in without a Device-Id is, but for the change.
    private static void serve(ServerSocket proxy, UnaryOperator<String> change) {
        String body = "{\"error\":\"Device ID is required\"}";
        String usual =
                "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: "
                        + body.length()
                        + "\r\nConnection: close\r\nDate: x\r\n\r\n"
                        + body;
        while (!proxy.isClosed()) {
            try (Socket client = proxy.accept()) {
                byte[] request = new byte[4_096];
                if (client.getInputStream().read(request) > 0) {
                    byte[] answer = change.apply(usual).getBytes(StandardCharsets.ISO_8859_1);
                    client.getOutputStream().write(answer);
                }
            } catch (IOException closed) {
                // The next one, or the end.
            }
        }
    }

    @Test
    void anImageArrivesAsItIs() throws IOException {
        try (TestServer server = TestServer.start(TestEngine.SQLITE, folder)) {
            Person owner = Person.register(server, "owner");
            byte[] file = FirmwareFile.of(Chip.ESP32S3, "2.5.0").bytes();
            String build = new Shop(server, owner).build(FirmwareFile.of(Chip.ESP32S3, "2.5.0"));
            String image =
                    server.base()
                            + owner.raw("GET", "/v1/builds/" + build + "/file", "")
                                    .headers()
                                    .firstValue("Location")
                                    .orElseThrow();

            assertThat(OutsideCheck.run(server.base(), image, NOW))
                    .extracting(each -> each.line(false))
                    .contains("ok    an image arrives unchanged (" + file.length + " bytes)");
            String old = image.replaceFirst("[^/]+/[^/]+$", "A/2.5.0.bin");
            assertThat(lines(server, old, all -> all, all -> all))
                    .anyMatch(line -> line.contains("not any more"));
            assertThat(lines(server, image, all -> all, all -> all))
                    .anyMatch(line -> line.contains("arrives unchanged"));
            assertThat(lines(server, image, all -> all.replace("Range:", "X:"), all -> all))
                    .anyMatch(line -> line.contains("drops the header Range"));
            assertThat(lines(server, image, all -> all, OutsideCheckTest::withAnotherEnd))
                    .anyMatch(line -> line.startsWith("HARM  the image is changed on the way"));
            assertThat(lines(server, image, all -> all, all -> Arrays.copyOf(all, all.length - 10)))
                    .anyMatch(line -> line.startsWith("HARM  only " + (file.length - 10)));
            assertThat(lines(server, "https://elsewhere.example/x", all -> all, all -> all))
                    .anyMatch(line -> line.contains("not below"));
        }
    }

    private static byte[] withAnotherEnd(byte[] answer) {
        byte[] changed = answer.clone();
        changed[changed.length - 1]++;
        return changed;
    }

    /** What is found through something in between that changes requests and answers. */
    private static List<String> lines(
            TestServer server,
            String image,
            UnaryOperator<String> ask,
            UnaryOperator<byte[]> answer)
            throws IOException {
        try (var proxy = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.startVirtualThread(() -> relay(proxy, server.port(), ask, answer));
            String base = "http://127.0.0.1:" + proxy.getLocalPort();
            return OutsideCheck.run(base, image.replace(server.base(), base), NOW).stream()
                    .map(each -> each.line(false))
                    .toList();
        }
    }

    private static void relay(
            ServerSocket proxy, int port, UnaryOperator<String> ask, UnaryOperator<byte[]> answer) {
        while (!proxy.isClosed()) {
            try (Socket client = proxy.accept();
                    var server = new Socket(InetAddress.getLoopbackAddress(), port)) {
                byte[] request = new byte[4_096];
                int size = client.getInputStream().read(request);
                String asked = new String(request, 0, size, StandardCharsets.ISO_8859_1);
                server.getOutputStream()
                        .write(ask.apply(asked).getBytes(StandardCharsets.ISO_8859_1));
                byte[] answered = whole(server.getInputStream());
                client.getOutputStream().write(answer.apply(answered));
            } catch (IOException closed) {
                // The next one, or the end.
            }
        }
    }

    // The server waits for its client to close.
    private static byte[] whole(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.read());
        }
        Matcher length = Pattern.compile("Content-Length: (\\d+)").matcher(head);
        assertThat(length.find()).as(head.toString()).isTrue();
        var all = new ByteArrayOutputStream();
        all.writeBytes(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        all.writeBytes(in.readNBytes(Integer.parseInt(length.group(1))));
        return all.toByteArray();
    }

    @Test
    void whatIsNoAddressIsSaid() throws IOException {
        int free;
        try (var socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        assertThat(harms(OutsideCheck.run("http://127.0.0.1:" + free, "", NOW)))
                .singleElement()
                .asString()
                .contains("can't be reached");
        assertThat(harms(OutsideCheck.run("https://127.0.0.1:" + free, "", NOW))).hasSize(1);
        assertThat(harms(OutsideCheck.run("ftp://h", "", NOW))).hasSize(1);
        assertThat(harms(OutsideCheck.run("http://[::1]:8080", "", NOW)))
                .singleElement()
                .asString()
                .contains("IPv6");
        assertThat(harms(OutsideCheck.run("http://no-such-name.invalid", "", NOW)))
                .singleElement()
                .asString()
                .contains("resolved");
    }
}
