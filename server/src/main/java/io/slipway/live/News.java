package io.slipway.live;

import io.slipway.http.console.EventFeed;
import java.util.Arrays;
import java.util.LinkedHashMap;
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

    EventFeed.Message message() {
        var data = new LinkedHashMap<String, Object>();
        switch (kind) {
            case PRESENCE -> {
                data.put("mac", subject);
                data.put("online", detail.equals("1"));
            }
            case DEVICE -> data.put("mac", subject);
            case IMPORT -> data.put("agentId", subject);
            case ROLLOUT -> data.put("id", subject);
            case EVENT -> {
                data.put("id", subject);
                data.put("type", detail);
            }
            case WAITING, RELOAD -> {}
        }
        return EventFeed.Message.of(kind.word, data);
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
