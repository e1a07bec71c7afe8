package io.slipway.reach;

import io.slipway.http.HttpConfig;
import java.util.function.UnaryOperator;

/**
 * What decides about the addresses that devices are given.
 *
 * @param mqtt {@code host[:port]} of the gateway for sessions; empty for WebSockets
 * @param websocketUrl by the address that a device calls, {@code ""} if that is unknown
 * @param firmwareUrl where downloads begin, by the address that a device calls
 * @param behindProxy whether the settings say that downloads pass through a proxy
 */
public record ReachConfig(
        HttpConfig http,
        String mqtt,
        UnaryOperator<String> websocketUrl,
        UnaryOperator<String> firmwareUrl,
        boolean behindProxy) {}
