package io.slipway.http.stream;

import io.slipway.http.ServerAddresses;
import io.slipway.http.ServerUrl;
import java.util.Map;

/**
 * A POST.
 *
 * @param addresses which addresses the URL's host may have; it is resolved for each request, and
 *     the connection goes to the address that was checked
 * @param headers without {@code Host} and {@code Content-Length}; they may contain secrets
 * @param body never changed
 */
public record StreamingRequest(
        ServerUrl url,
        ServerAddresses addresses,
        Map<String, String> headers,
        byte[] body,
        StreamingLimits limits) {

    public StreamingRequest {
        headers = Map.copyOf(headers);
    }

    /** Without headers, body and query, which may contain secrets. */
    @Override
    public String toString() {
        return "POST " + url.authority() + " (" + body.length + " bytes)";
    }
}
