package io.slipway.rollout.rules.plan;

import io.slipway.protocol.FirmwareVersion;
import io.slipway.rollout.rules.Given;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Selections by one thing. */
public final class Pick {

    private Pick() {}

    public static Selection boards(String... boards) {
        return of(Set.of(boards), Set.of(), Set.of(), false);
    }

    static Selection chips(String... chips) {
        return of(Set.of(), Set.of(chips), Set.of(), false);
    }

    public static Selection tags(String... tags) {
        return of(Set.of(), Set.of(), Set.of(tags), false);
    }

    public static Selection listed() {
        return of(Set.of(), Set.of(), Set.of(), true);
    }

    private static Selection of(
            Set<String> boards, Set<String> chips, Set<String> tags, boolean listed) {
        return new Selection(boards, chips, null, null, Set.of(), Set.of(), tags, listed);
    }

    public static Selection versions(@Nullable String from, @Nullable String to) {
        return new Selection(
                Set.of(),
                Set.of(),
                version(from),
                version(to),
                Set.of(),
                Set.of(),
                Set.of(),
                false);
    }

    private static @Nullable FirmwareVersion version(@Nullable String text) {
        return text == null ? null : Given.version(text);
    }
}
