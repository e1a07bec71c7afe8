package io.slipway.comeover;

import io.slipway.keys.Sha256;
import io.slipway.sql.Ids;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Ids here for what has another id there: always the same, so that coming over again finds what has
 * come over before. Made from ids and creation times there, which a copy of that database keeps,
 * and not from its address.
 */
final class ForeignIds {

    private static final int TAIL_BITS = 22;

    private ForeignIds() {}

    /** Of a user's account: 32 hex digits. */
    static String account(ForeignServer server, String username, String created) {
        return hash(server, "account", username, created).substring(0, 32);
    }

    /**
     * Of an agent of an account: 32 hex digits that grow with the time of its creation there.
     *
     * @param millis when it was created, epoch ms; 0 if unknown
     */
    static String agent(
            ForeignServer server, String accountId, String id, String created, long millis) {
        String hash = hash(server, "agent", accountId, id, created);
        long tail = HexFormat.fromHexDigitsToLong(hash, 0, 8) & ((1L << TAIL_BITS) - 1);
        return HexFormat.of().toHexDigits(Ids.least(millis) | tail) + hash.substring(8, 24);
    }

    /** The name here of what one device and one agent said to each other in one session there. */
    static String session(ForeignServer server, String agentId, String mac, String session) {
        return server.word()
                + "-"
                + hash(server, "session", agentId, mac, session).substring(0, 32);
    }

    /** A number for a line's id that is no number. */
    static long number(String id) {
        return HexFormat.fromHexDigitsToLong(
                Sha256.hex(id.getBytes(StandardCharsets.UTF_8)), 0, 15);
    }

    private static String hash(ForeignServer server, String kind, String... parts) {
        // Neither ids nor times contain a line's end.
        String all = server.word() + "\n" + kind + "\n" + String.join("\n", parts);
        return Sha256.hex(all.getBytes(StandardCharsets.UTF_8));
    }
}
