package io.slipway.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.http.Fields;
import io.slipway.http.Json;
import io.slipway.http.Problem;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.HashSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ZonesTest {

    private static final ZoneId SERVERS = ZoneId.of("Asia/Shanghai");

    private static @Nullable String field(String json) {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        return Zones.field(Fields.of(Json.read(body)), "timeZone");
    }

    @Test
    void eachOfTheJdksHasItsOwnNumber() {
        var numbers = new HashSet<Integer>();
        for (String name : ZoneId.getAvailableZoneIds()) {
            int number = Zones.number(name);
            assertThat(number).isBetween(1, (1 << Zones.BITS) - 1);
            assertThat(numbers.add(number)).isTrue();
            assertThat(Zones.of(number, SERVERS).getId()).isEqualTo(name);
            assertThat(field("{\"timeZone\":\"" + name + "\"}")).isEqualTo(name);
        }
    }

    @Test
    void noneIsTheServers() {
        assertThat(Zones.number("")).isEqualTo(Zones.SERVERS);
        assertThat(Zones.of(Zones.SERVERS, SERVERS)).isEqualTo(SERVERS);
        // One that a later JDK has dropped.
        assertThat(Zones.number("Europe/Atlantis")).isEqualTo(Zones.SERVERS);
        assertThat(field("{}")).isNull();
        assertThat(field("{\"timeZone\":\"\"}")).isEmpty();
        assertThat(field("{\"timeZone\":\" Asia/Tokyo \"}")).isEqualTo("Asia/Tokyo");
    }

    @Test
    void whatIsNoZoneIsRefused() {
        for (String bad : new String[] {"x", "+08:00", "UTC+8", "Europe/berlin", "null"}) {
            assertThatThrownBy(() -> field("{\"timeZone\":\"" + bad + "\"}"))
                    .isInstanceOf(Problem.class);
        }
    }
}
