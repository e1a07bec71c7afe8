package io.slipway.device;

import io.slipway.protocol.ota.CheckIn;
import org.jspecify.annotations.Nullable;

/**
 * A binding to be created.
 *
 * @param proven false for a provisional one (decisions D1)
 * @param lastReport what the pair reported when it requested its code
 * @param reported the check-in that creates the binding, whose facts are stored with it; null if
 *     something else does
 * @param announced the announcement that a provisional one uses up; 0 for none
 * @param from the network that a provisional one comes from; {@code ""} otherwise
 * @param alias its name, at most {@link Device#MAX_ALIAS} characters; {@code ""} for none
 */
public record NewDevice(
        String accountId,
        @Nullable String agentId,
        boolean proven,
        Devices.LastReport lastReport,
        @Nullable CheckIn reported,
        long announced,
        String from,
        String alias) {

    /** A proven one. */
    public NewDevice(String accountId, @Nullable String agentId, Devices.LastReport lastReport) {
        this(accountId, agentId, true, lastReport, null, 0, "", "");
    }
}
