package io.slipway.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.protocol.Mac;
import io.slipway.protocol.ota.CheckIn;
import io.slipway.protocol.ota.CheckInReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

class FleetTest {

    @Test
    void noTwoDevicesHaveOneMac() {
        var macs = new HashSet<Mac>();
        for (long first : new long[] {0, Fleet.PENDING, Fleet.NEW + (1L << 32), Fleet.IMPORTED}) {
            for (long index = first; index < first + 50_000; index++) {
                assertThat(macs.add(Fleet.mac(index))).isTrue();
            }
        }
    }

    // The same in load/checkin.lua: 123456789 * (719476 * 2^20 + 260293) mod 2^40.
    @Test
    void macAndClientIdAreThoseOfTheScript() {
        Mac mac = Fleet.mac(123_456_789);
        assertThat(mac).hasToString("02:50:f7:d0:29:29");
        assertThat(Fleet.clientId(mac).value()).isEqualTo("2929f7d0-f7d0-4a5b-8c7d-0250f7d02929");
        assertThat(Fleet.clientId(mac).weak()).isFalse();
    }

    @Test
    void aBodyIsOneOfFirmware() throws IOException {
        var fleet = new Fleet(Path.of("../bench/load"));
        Mac mac = Fleet.mac(7);
        byte[] body = fleet.body(mac);
        CheckIn read = CheckInReader.read(body, Fleet.USER_AGENT, Fleet.LANGUAGE);
        assertThat(read.complete()).isTrue();
        assertThat(read.mac()).isEqualTo(mac.toString());
        assertThat(read.application().version()).isEqualTo("2.4.2");
        assertThat(read.board().nameOrType()).isEqualTo("bread-compact-wifi");
        assertThat(new String(body, StandardCharsets.ISO_8859_1))
                .contains("\"uuid\":\"" + Fleet.clientId(mac).value() + "\"");
        assertThat(fleet.body(Fleet.mac(8))).hasSameSizeAs(body);
    }
}
