package io.slipway.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.Person;
import io.slipway.TestDevice;
import io.slipway.TestServer;
import io.slipway.live.OpenPage;
import io.slipway.protocol.firmware.Chip;
import io.slipway.simulator.update.FirmwareFile;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Live updates of a rollout, for its maker and administrators only. */
class RolloutLiveTest {

    @TempDir Path folder;

    @Test
    void itsMakerAndAdministratorsAreNotified() {
        try (TestServer server = TestServer.start(TestEngine.SQLITE, folder)) {
            Person admin = Person.register(server, "admin");
            Person bob = Person.register(server, "bob");
            TestDevice own = TestDevice.of(server, 1);
            bob.bind(own.code());
            var shop = new Shop(server, Person.register(server, "maker"));
            try (OpenPage maker = page(server, shop.owner);
                    OpenPage all = page(server, admin);
                    OpenPage his = page(server, bob)) {
                String build = shop.build(FirmwareFile.of(Chip.ESP32S3, "2.5.0"));
                String rollout = shop.start(Shop.plan(build, ""));
                for (OpenPage page : new OpenPage[] {maker, all}) {
                    page.await(told ->
                            told.is("event", "type", "rollout_started")
                                    && !told.data().path("id").asText().isEmpty());
                }
                shop.owner.ok("POST", "/v1/rollouts/" + rollout + "/pause", "{}");
                maker.await("rollout", "id", rollout);
                all.await("rollout", "id", rollout);
                bob.unbind(own);
                assertThat(his.upTo(told -> told.is("device")))
                        .noneMatch(told -> told.is("rollout") || told.is("event"));
            }
        }
    }

    private static OpenPage page(TestServer server, Person person) {
        return OpenPage.open(server.base(), "Authorization", "Bearer " + person.token);
    }
}
