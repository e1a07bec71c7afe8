package io.slipway.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import io.slipway.sql.StoreException;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DeliveryStoreTest {

    @ParameterizedTest
    @EnumSource(TestEngine.class)
    void aDeliveryThatIsThereStaysAndAnIdThatIsTakenIsAnError(
            TestEngine engine, @TempDir Path folder) {
        try (Database database = engine.open(folder)) {
            insert(database, 1, 10);
            insert(database, 2, 10);
            assertThat(waiting(database)).isEqualTo(1);
            assertThatThrownBy(() -> insert(database, 1, 11)).isInstanceOf(StoreException.class);
            insert(database, 3, 11);
            assertThat(waiting(database)).isEqualTo(2);
        }
    }

    private static void insert(Database database, long id, long eventId) {
        var delivery = Dispatcher.waiting(id, "webhook", eventId, "offered", 0);
        database.run(Plane.CONSOLE, tx -> DeliveryStore.insert(tx, List.of(delivery)));
    }

    private static long waiting(Database database) {
        return database.read(Plane.CONSOLE, tx -> DeliveryStore.waiting(tx, "webhook"));
    }
}
