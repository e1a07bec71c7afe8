package io.slipway.comeover;

import io.slipway.agent.Backend;
import java.time.Duration;
import java.time.ZoneId;
import java.util.regex.Pattern;

/**
 * What is to come over, and to whom.
 *
 * @param source the operator's name for that server, which tells it from others that have the same
 *     ids; {@code ""} for none
 * @param into the user name of the account that gets everything; {@code ""} for one account per
 *     user
 * @param only the user there whose rows are taken; {@code ""} for all
 * @param zone of that server, for times that it stores without one
 * @param write false to only say what would be done
 * @param chats whether to take chat texts
 * @param kept how long chat history is stored here: older texts are not taken
 * @param backend that agents get
 */
public record ComeOverOrder(
        ForeignAddress from,
        String source,
        String into,
        String only,
        ZoneId zone,
        boolean write,
        boolean chats,
        Duration kept,
        Backend backend) {

    private static final Pattern SOURCE = Pattern.compile("[^\\p{C}\\p{Z}]{1,64}");

    /** Whether it is a name for a server: 1 to 64 characters without blanks. */
    public static boolean validSource(String source) {
        return SOURCE.matcher(source).matches();
    }
}
