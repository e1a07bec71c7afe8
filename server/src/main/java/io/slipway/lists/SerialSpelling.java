package io.slipway.lists;

import java.util.Optional;
import java.util.regex.Pattern;

/** How people write serial numbers: with a label, or with what spreadsheets and messengers add. */
public final class SerialSpelling {

    /** Longest serial number in characters. Firmware reads 32 bytes, py-xiaozhi's are longer. */
    public static final int LONGEST = 64;

    private static final Pattern LABEL =
            Pattern.compile(
                    "(?i)^(?:sn|s/n|serial(?: ?(?:no\\.?|number))?|(?:设备|产品)?序列号) ?[:=]+ ?(?=.)");

    private SerialSpelling() {}

    /** Parses one; empty if it is not 1 to {@link #LONGEST} visible ASCII characters. */
    public static Optional<String> parse(String text) {
        String number = LABEL.matcher(ListText.cell(text)).replaceFirst("");
        boolean valid =
                !number.isEmpty()
                        && number.length() <= LONGEST
                        && number.chars().allMatch(c -> c > ' ' && c <= '~');
        return valid ? Optional.of(number) : Optional.empty();
    }
}
