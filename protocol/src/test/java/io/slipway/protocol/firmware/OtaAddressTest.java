package io.slipway.protocol.firmware;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** update-rules 2.3: which OTA addresses an image has compiled in. */
class OtaAddressTest {

    private static final String PUBLIC = "https://api.tenclass.net/xiaozhi/ota/";

    private static List<String> found(Chip chip, byte[] constants) {
        return Images.accepted(new ImageWriter(chip).constants(constants).bytes())
                .addresses()
                .stream()
                .map(OtaAddress::url)
                .toList();
    }

    private static List<String> found(String constants) {
        return found(Chip.ESP32S3, constants.getBytes(StandardCharsets.ISO_8859_1));
    }

    @ParameterizedTest
    @EnumSource(Chip.class)
    void areFoundWhateverTheChip(Chip chip) {
        String constants = "Ota\0\0" + PUBLIC + "\0CheckVersion\0";
        assertThat(found(chip, constants.getBytes(StandardCharsets.US_ASCII)))
                .containsExactly(PUBLIC);
    }

    @Test
    void eachIsNamedOnceInTheFilesOrder() {
        String other = "http://192.168.1.5:8002/xiaozhi/ota";
        assertThat(found("\0" + other + "\0x\0" + PUBLIC + "\0" + other + "\0"))
                .containsExactly(other, PUBLIC);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://%s/xiaozhi/ota/",
                "http://host/ota/check",
                "http://host/quota/",
                "ftp://host/ota/",
                "http:///ota/",
                "http://host:0/ota/",
                "http://host:70000/ota/",
                "http://host:80:80/ota/",
                "http://u@host/ota/",
                "http://[::1]/ota/",
                "http://host/a b/ota/",
                "http://host/a:b/ota/",
                "see http://host/ota/",
                "<input placeholder=\"http://host/ota/\">",
                "http://host/ota/\u00e9",
                "http://host/ota//",
            })
    void whatNoDeviceCouldCallIsNone(String text) {
        assertThat(found("\0" + text + "\0")).isEmpty();
        assertThat(OtaAddress.parse(text)).isEmpty();
    }

    @Test
    void itHasAnEnd() {
        String longest = "http://h/" + "a".repeat(OtaAddress.MAX_LENGTH - 14) + "/ota/";
        assertThat(longest).hasSize(OtaAddress.MAX_LENGTH);
        assertThat(found("\0" + longest + "\0")).containsExactly(longest);
        assertThat(found("\0" + longest.replace("/ota", "a/ota") + "\0")).isEmpty();
        // Texts of thousands of bytes are skipped, not stored.
        assertThat(found("\0" + "http://h/ota/".repeat(200) + "\0" + PUBLIC + "\0"))
                .containsExactly(PUBLIC);
    }

    @Test
    void onlyALimitedNumberIsStored() {
        var constants = new StringBuilder("\0");
        var first = new ArrayList<String>();
        for (int i = 0; i < 100; i++) {
            String url = "http://h" + i + "/ota/";
            constants.append(url).append('\0');
            if (i < AppImage.MAX_ADDRESSES) {
                first.add(url);
            }
        }
        assertThat(found(constants.toString())).isEqualTo(first);
    }

    /** Regardless of where the chunks of a file begin and end. */
    @Test
    void piecesDoNotMatter() {
        byte[] bytes = ("x\0" + PUBLIC + "\0http://h/ota/\0").getBytes(StandardCharsets.US_ASCII);
        for (int cut = 0; cut <= bytes.length; cut++) {
            var scan = new AddressScan();
            scan.begin();
            scan.take(bytes, 0, cut);
            scan.take(bytes, cut, bytes.length - cut);
            assertThat(scan.found())
                    .extracting(OtaAddress::url)
                    .containsExactly(PUBLIC, "http://h/ota/");
            var parted = new AddressScan();
            parted.begin();
            parted.take(bytes, 0, cut);
            parted.begin();
            parted.take(bytes, cut, bytes.length - cut);
            assertThat(parted.found()).hasSizeLessThanOrEqualTo(2);
        }
    }

    /** Code and RAM are not searched. */
    @Test
    void onlyConstantsCount() {
        assertThat(Chip.ESP32S3.mapsData(0x3c00_0020L)).isTrue();
        assertThat(Chip.ESP32S3.mapsData(0x4200_0020L)).isFalse();
        assertThat(Chip.ESP32S3.mapsData(0x3fc8_8000L)).isFalse();
    }

    @Test
    void anyBytesAreTaken() {
        var random = new Random(11);
        String alphabet = "htps:/o.a0-\0\n %\u00ff";
        for (int i = 0; i < 3_000; i++) {
            var text = new StringBuilder();
            for (int n = random.nextInt(300); n > 0; n--) {
                text.append(
                        random.nextInt(9) == 0
                                ? "http://"
                                : random.nextInt(9) == 0
                                        ? "/ota/\0"
                                        : alphabet.charAt(random.nextInt(alphabet.length())));
            }
            for (String url : found(text.toString())) {
                OtaAddress address = OtaAddress.parse(url).orElseThrow();
                assertThat(text.toString()).contains(url + "\0");
                assertThat(url.length()).isLessThanOrEqualTo(OtaAddress.MAX_LENGTH);
                assertThat(address.host()).matches("[a-z0-9][a-z0-9._-]*");
                assertThat(address.port()).isBetween(1, 65535);
            }
        }
    }

    @Test
    void itLeadsToAHostAndAPort() {
        OtaAddress tls = OtaAddress.parse("https://Ota.Example.com/xiaozhi/ota/").orElseThrow();
        assertThat(tls.leadsTo("https://ota.example.com")).isTrue();
        assertThat(tls.leadsTo("https://ota.example.com:443")).isTrue();
        assertThat(tls.leadsTo("http://ota.example.com")).isFalse();
        assertThat(tls.leadsTo("https://ota.example.com.evil.net")).isFalse();
        assertThat(tls.leadsTo("https://example.com")).isFalse();
        assertThat(tls.leadsTo("")).isFalse();
        assertThat(tls.sends("ota.example.com")).isTrue();
        assertThat(tls.sends("OTA.example.com:443")).isTrue();
        assertThat(tls.sends("ota.example.com:8443")).isFalse();
        assertThat(tls.sends("ota.example.com:x")).isFalse();
        OtaAddress port = OtaAddress.parse("http://10.0.0.2:8003/xiaozhi/ota/").orElseThrow();
        assertThat(port.leadsTo("http://10.0.0.2:8003")).isTrue();
        assertThat(port.leadsTo("http://10.0.0.2")).isFalse();
        assertThat(port.sends("10.0.0.2:8003")).isTrue();
        assertThat(port.sends("10.0.0.2")).isFalse();
    }
}
