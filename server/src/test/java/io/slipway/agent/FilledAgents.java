package io.slipway.agent;

import io.slipway.sql.Tx;

/** Changes agents directly, for the benchmark. */
public final class FilledAgents {

    private FilledAgents() {}

    /** Gives all agents a relay without a token. */
    public static void relay(Tx tx, String url) {
        var relay = new Backend.Relay(url, "", 0, false);
        tx.handle()
                .createUpdate(
                        "UPDATE agent SET backend = 'relay', backend_url = :url,"
                                + " backend_version = :version")
                .bind("url", relay.url())
                .bind("version", relay.version())
                .execute();
    }
}
