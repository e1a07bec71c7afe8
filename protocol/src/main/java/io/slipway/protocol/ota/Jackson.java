package io.slipway.protocol.ota;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;

/**
 * Reads and writes JSON. Its buffers are pooled: by default they are kept per thread, so each
 * virtual thread, and with it each poll, would allocate new ones.
 */
final class Jackson {

    /** As many as are in use at the same time. */
    private static final int BUFFERS = 64;

    /** The largest real body has about 200; what exceeds it is not read. */
    private static final int MAX_TOKENS = 2_000;

    private static final int MAX_DEPTH = 64;

    static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .recyclerPool(JsonRecyclerPools.newBoundedPool(BUFFERS))
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxTokenCount(MAX_TOKENS)
                                    .maxNestingDepth(MAX_DEPTH)
                                    .build())
                    .build();

    private Jackson() {}
}
