package io.slipway.comeover;

import io.slipway.comeover.ForeignStore.ForeignSelect;
import io.slipway.history.ChatLog.Speaker;
import io.slipway.sql.StoreException;
import java.util.Optional;

/**
 * Where a server keeps what is taken over, and what its values mean. All columns have the same
 * names in the rows, whatever that server calls them:
 *
 * <p>{@code id}, {@code state} and {@code created} (19 characters) of each; {@code owner_id},
 * {@code owner} and {@code owner_created} of the user to whom it belongs; of devices and lines
 * {@code agent_id}, {@code agent_state}, {@code agent_created}.
 */
sealed interface ForeignTables permits XinnanTables, JoeyTables {

    /** Opens the tables of a server; a {@code StoreException} says that they are not there. */
    static ForeignTables of(ForeignServer server, ForeignStore store, String address) {
        return switch (server) {
            case XINNAN -> new XinnanTables(store, address);
            case JOEY -> new JoeyTables(store, address);
        };
    }

    /**
     * Also {@code name}.
     *
     * @param only the user to read; {@code ""} for all
     */
    ForeignSelect users(String only);

    /**
     * Also {@code name}, {@code code}, {@code prompt}, {@code memory}, {@code language}, {@code
     * lang_code}, {@code history}, {@code voice}, and {@code asr}, {@code vad}, {@code llm}, {@code
     * vllm}, {@code tts}, {@code mem}, {@code intent}.
     */
    ForeignSelect agents(String only);

    /** Also {@code mac}, {@code alias}, {@code board}, {@code agent_owner_id}, {@code agent}. */
    ForeignSelect devices(String only);

    /**
     * Also {@code mac}, {@code session}, {@code speaker}, {@code content}, {@code at}, {@code
     * agent_history}; the owner is the agent's.
     */
    ForeignSelect lines(String only);

    /** Whether there is a table of what was said at all. */
    boolean hasLines();

    /** Whether the times of lines are in UTC; else in the time zone of that server. */
    boolean linesInUtc();

    /** Whether an agent's {@code history} says that what is said is stored. */
    boolean storesHistory(String history);

    /** Who said a line; empty if this is not known. */
    Optional<Speaker> speaker(ForeignRow line);

    /** What was said. */
    String content(ForeignRow line);

    /** Refuses a database without these tables. */
    static void require(ForeignStore store, String address, String server, String... tables) {
        if (!store.has(tables)) {
            throw new StoreException(
                    "%s 里没有 %s：不是 %s 的数据库 / %s has no %s: it is not a database of %s"
                            .formatted(
                                    address,
                                    String.join("、", tables),
                                    server,
                                    address,
                                    String.join(", ", tables),
                                    server),
                    null);
        }
    }

    /** A text of a column, cut in the database: there may be megabytes. */
    static String text(String column, int most) {
        return "LEFT(" + column + ", " + most + ")";
    }

    /** A time without fractions of a second. */
    static String seconds(String column) {
        return "LEFT(CAST(" + column + " AS CHAR), 19)";
    }
}
