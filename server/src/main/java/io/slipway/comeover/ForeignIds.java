package io.slipway.comeover;

import io.slipway.keys.Sha256;
import io.slipway.sql.Ids;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Ids here for what has another id there: always the same, so that coming over again finds what has
 * come over before. Made from ids and creation times there, which a copy of that database keeps,
 * and not from its address. Two servers may have the same ones, such as of a first user whom their
 * installation makes: the operator's name tells them apart.
 *
 * @param source the operator's name for that server; {@code ""} for none
 */
record ForeignIds(ForeignServer server, String source) {

    private static final int TAIL_BITS = 22;

    /** Of a user's account: 32 hex digits. */
    String account(String username, String created) {
        return hash("account", username, created).substring(0, 32);
    }

    /**
     * Of an agent of an account: 32 hex digits that grow with the time of its creation there.
     *
     * @param millis when it was created, epoch ms; 0 if unknown
     */
    String agent(String accountId, String id, String created, long millis) {
        String hash = hash("agent", accountId, id, created);
        long tail = HexFormat.fromHexDigitsToLong(hash, 0, 8) & ((1L << TAIL_BITS) - 1);
        return HexFormat.of().toHexDigits(Ids.least(millis) | tail) + hash.substring(8, 24);
    }

    /** The name here of what one device and one agent said to each other in one session there. */
    String session(String agentId, String mac, String session) {
        return server.word() + "-" + hash("session", agentId, mac, session).substring(0, 32);
    }

    /** A number for a line's id that is no number. */
    static long number(String id) {
        return HexFormat.fromHexDigitsToLong(
                Sha256.hex(id.getBytes(StandardCharsets.UTF_8)), 0, 15);
    }

    private String hash(String kind, String... parts) {
        // Neither ids nor times contain a line's end, nor does the operator's name.
        String all = server.word() + "\n" + source + "\n" + kind + "\n" + String.join("\n", parts);
        return Sha256.hex(all.getBytes(StandardCharsets.UTF_8));
    }
}
