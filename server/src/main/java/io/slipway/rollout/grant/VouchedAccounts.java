package io.slipway.rollout.grant;

import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import io.slipway.sql.Tx;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;

/** Which of the given accounts count in full: administrators' and trusted ones (decisions D11). */
@FunctionalInterface
interface VouchedAccounts {

    Set<String> of(Tx tx, Collection<String> accountIds);

    /** Those among the owners of a page's devices. */
    default Set<String> owners(Database database, Plane plane, FleetScanner.DevicePage page) {
        var owners =
                page.devices().stream()
                        .map(device -> device.owner().accountId())
                        .collect(Collectors.toSet());
        return database.read(plane, tx -> of(tx, owners));
    }
}
