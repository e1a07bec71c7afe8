package io.slipway.live;

import io.slipway.http.console.EventFeed;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * A change that viewers may want to see. Has no blanks, so that it can be sent as words.
 *
 * @param to an account's id; {@code ""} for administrators only, who get everything; {@link
 *     #EVERYBODY}; or {@link #AROUND} with a network
 * @param subject a MAC or an id; {@code ""} for none
 * @param detail {@code ""} for none
 */
record News(String to, NewsKind kind, String subject, String detail) {

    static final String EVERYBODY = "*";
    static final String AROUND = "@";

    private static final String NONE = "-";

    /** The kinds of changes. */
    enum NewsKind {
        PRESENCE("presence"),
        WAITING("waiting"),
        DEVICE("device"),
        IMPORT("import"),
        ROLLOUT("rollout"),
        EVENT("event"),
        RELOAD("reload");

        private final String word;

        NewsKind(String word) {
            this.word = word;
        }
    }

    /** Of two with the same key, the later one replaces the earlier. */
    record NewsKey(String to, NewsKind kind, String subject) {}

    static News presence(String accountId, String mac, boolean online) {
        return new News(accountId, NewsKind.PRESENCE, mac, online ? "1" : "0");
    }

    /** A code was requested, or a device has been bound by its code. */
    static News waiting(String network) {
        return new News(network.isEmpty() ? "" : AROUND + network, NewsKind.WAITING, "", "");
    }

    static News device(String accountId, String mac) {
        return new News(accountId, NewsKind.DEVICE, mac, "");
    }

    /** Devices were announced to an agent, or an announcement was removed. */
    static News imported(String accountId, String agentId) {
        return new News(accountId, NewsKind.IMPORT, agentId, "");
    }

    static News rollout(String accountId, String id) {
        return new News(accountId, NewsKind.ROLLOUT, id, "");
    }

    static News event(String accountId, long id, String type) {
        return new News(accountId, NewsKind.EVENT, Long.toString(id), type);
    }

    /** More has happened than is worth sending one by one. */
    static News reload(String to) {
        return new News(to, NewsKind.RELOAD, "", "");
    }

    NewsKey key() {
        return new NewsKey(to, kind, subject);
    }

    private record PresenceNews(String mac, boolean online) {}

    private record DeviceNews(String mac) {}

    private record ImportNews(String agentId) {}

    private record RolloutNews(String id) {}

    private record EventNews(String id, String type) {}

    EventFeed.Message message() {
        return EventFeed.Message.of(
                kind.word,
                switch (kind) {
                    case PRESENCE -> new PresenceNews(subject, detail.equals("1"));
                    case DEVICE -> new DeviceNews(subject);
                    case IMPORT -> new ImportNews(subject);
                    case ROLLOUT -> new RolloutNews(subject);
                    case EVENT -> new EventNews(subject, detail);
                    case WAITING, RELOAD -> Map.of();
                });
    }

    /** The form for other nodes. */
    String line() {
        return word(to) + " " + kind.word + " " + word(subject) + " " + word(detail);
    }

    private static String word(String text) {
        return text.isEmpty() ? NONE : text;
    }

    /** A message of another node; empty for a kind that only newer nodes know. */
    static Optional<News> parse(String line) {
        String[] words = line.split(" ", -1);
        if (words.length != 4) {
            return Optional.empty();
        }
        return Arrays.stream(NewsKind.values())
                .filter(kind -> kind.word.equals(words[1]))
                .findAny()
                .map(kind -> new News(text(words[0]), kind, text(words[2]), text(words[3])));
    }

    private static String text(String word) {
        return word.equals(NONE) ? "" : word;
    }
}
