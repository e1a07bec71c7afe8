/**
 * Requests to other servers whose answers arrive in pieces and may last: connections that are kept,
 * limits and time-outs for every step, back-pressure, and an end at any point.
 */
@NullMarked
package io.slipway.http.stream;

import org.jspecify.annotations.NullMarked;
