package io.slipway.http.stream;

import java.time.Duration;

/**
 * The limits of one request. All times are at least a millisecond.
 *
 * @param connect for the look-up of the name, the connection and TLS together
 * @param first from then to the first byte of the answer's body
 * @param idle between two pieces of the body, not counting the time in which the caller paused it
 * @param whole for everything together, pauses included
 * @param body bytes of the answer's body
 */
public record StreamingLimits(
        Duration connect, Duration first, Duration idle, Duration whole, long body) {}
