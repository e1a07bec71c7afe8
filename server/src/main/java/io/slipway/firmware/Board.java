package io.slipway.firmware;

import io.slipway.http.schema.Described;
import io.slipway.http.schema.Shape;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A board that a build is for, by the names that devices report, ignoring case.
 *
 * @param name 1 to 64 visible characters
 * @param aliases its names in other releases of the firmware, at most {@link #MAX_ALIASES}
 */
public record Board(
        @Shape(minLength = 1, maxLength = Board.MAX_NAME) String name,
        @Described("其他版本对它的称呼 · names of this board in other releases")
                @Shape(maxLength = Board.MAX_NAME, maxItems = Board.MAX_ALIASES)
                List<String> aliases) {

    /** The maximum length of a name, in characters. */
    public static final int MAX_NAME = 64;

    /** The maximum number of aliases. */
    public static final int MAX_ALIASES = 20;

    // Commas separate boards in a form's field.
    private static final Pattern NAME =
            Pattern.compile("[^\\p{C}\\p{Z}\"\\\\,]{1," + MAX_NAME + "}");

    public Board {
        aliases = List.copyOf(aliases);
        if (!isName(name) || !aliases.stream().allMatch(Board::isName)) {
            throw new IllegalArgumentException("not a board name: " + name + " " + aliases);
        }
        if (aliases.size() > MAX_ALIASES) {
            throw new IllegalArgumentException("a board has at most " + MAX_ALIASES + " aliases");
        }
    }

    /** Whether this is a valid name of a board. */
    public static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }
}
