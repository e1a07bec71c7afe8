package io.slipway.device;

import io.slipway.device.profile.Profile;
import io.slipway.http.Fields;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An owner's labels of devices; rollouts select by them.
 *
 * @param channel {@code ""} for none
 * @param tags sorted, without duplicates
 */
public record Labels(String channel, List<String> tags) {

    public static final Labels NONE = new Labels("", List.of());

    /** The maximum number of tags per device. */
    public static final int MAX_TAGS = 20;

    /** The maximum length of a tag or channel, in characters. */
    public static final int MAX_LENGTH = 32;

    // The same as for channels of builds.
    private static final Pattern CHANNEL = Pattern.compile("[a-z0-9._-]{0," + MAX_LENGTH + "}");
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{M}\\p{Nd}._-]+");

    public Labels {
        tags = List.copyOf(new TreeSet<>(tags));
        if (tags.size() > MAX_TAGS) {
            throw new IllegalArgumentException("a device may have at most 20 tags");
        }
    }

    static Labels stored(String channel, String json) {
        return new Labels(channel, List.copyOf(Profile.tags(json)));
    }

    /** A copy with the given values; null leaves a value unchanged. */
    Labels with(@Nullable String newChannel, @Nullable List<String> newTags) {
        return new Labels(
                newChannel == null ? channel : newChannel, newTags == null ? tags : newTags);
    }

    /** The tags after a change; possibly more than a device may have. */
    List<String> tags(Collection<String> add, Collection<String> remove) {
        var after = new TreeSet<>(tags);
        after.removeAll(remove);
        after.addAll(add);
        return List.copyOf(after);
    }

    /** The channel of a body; null when absent, {@code ""} for none. */
    static @Nullable String channel(Fields fields) {
        String text = fields.optional("channel", MAX_LENGTH);
        if (text != null && !CHANNEL.matcher(text.strip()).matches()) {
            throw fields.wrong(
                    "channel",
                    "只能包含小写字母、数字和 . _ -，最多 " + MAX_LENGTH + " 个字符",
                    "may only contain a to z, digits and . _ -, at most "
                            + MAX_LENGTH
                            + " characters");
        }
        return text == null ? null : text.strip();
    }

    /** A list of tags of a body; null when absent. */
    static @Nullable List<String> tags(Fields fields, String name) {
        if (!fields.has(name)) {
            return null;
        }
        var tags = new ArrayList<String>();
        for (String text : fields.texts(name, MAX_TAGS, MAX_LENGTH)) {
            tags.add(word(fields, name, text));
        }
        return tags;
    }

    // Normalized: é can be written as one character or as two, and looks the same.
    private static String word(Fields fields, String name, String text) {
        String word = Normalizer.normalize(text.strip(), Normalizer.Form.NFC);
        if (!WORD.matcher(word).matches() || word.length() > MAX_LENGTH) {
            throw fields.wrong(
                    name,
                    "只能包含文字、数字和 . _ -，最多 " + MAX_LENGTH + " 个字符",
                    "may only contain letters, digits and . _ -, at most "
                            + MAX_LENGTH
                            + " characters");
        }
        return word;
    }
}
