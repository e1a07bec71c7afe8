package io.slipway.history;

import io.slipway.protocol.Mac;

/**
 * A session with chat history.
 *
 * @param id in the store
 * @param sessionId as the device knows it
 * @param startedAt of its first line, epoch milliseconds
 * @param lines how many it has
 */
record ChatSession(
        long id, String sessionId, String agentId, Mac mac, long startedAt, long lines) {}
