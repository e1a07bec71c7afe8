package io.slipway.protocol.ota;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;

/**
 * Reads and writes JSON. Its buffers are lent to whoever needs them: kept a thread, as is the
 * default, they would be made anew for each virtual thread, and so for each poll.
 */
final class Jackson {

    /** As many as work at once. */
    private static final int BUFFERS = 64;

    static final JsonFactory FACTORY =
            JsonFactory.builder().recyclerPool(JsonRecyclerPools.newBoundedPool(BUFFERS)).build();

    private Jackson() {}
}
