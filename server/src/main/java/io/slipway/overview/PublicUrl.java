package io.slipway.overview;

import io.slipway.text.Sentence;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Whether the setting {@code public.url} matches the address that people use. */
final class PublicUrl {

    private static final Pattern BASE = Pattern.compile("https?://[^/?#\\s\"<>]{1,200}");

    private PublicUrl() {}

    /** Whether it is {@code scheme://host[:port]} and nothing else. */
    static boolean isBase(String address) {
        return BASE.matcher(address).matches();
    }

    /**
     * What is wrong with it.
     *
     * @param set the setting; empty for none
     * @param used the address in the browser; empty if unknown
     */
    static Optional<Sentence> wrong(String set, String used) {
        // Without the setting, devices follow the address that they call.
        if (set.isEmpty() || used.isEmpty() || plain(set).equals(plain(used))) {
            return Optional.empty();
        }
        return Optional.of(
                new Sentence(
                        "您用 " + used + " 打开了控制台，而 public.url 是 " + set + "：若后者不可达，设备将无法升级和对话",
                        "You opened the console at "
                                + used
                                + ", but public.url is "
                                + set
                                + ": if the latter can't be reached, devices can neither update"
                                + " nor talk"));
    }

    private static String plain(String url) {
        String lower = url.toLowerCase(Locale.ROOT);
        String port = lower.startsWith("https:") ? ":443" : ":80";
        return lower.endsWith(port) ? lower.substring(0, lower.length() - port.length()) : lower;
    }
}
