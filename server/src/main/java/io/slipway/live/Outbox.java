package io.slipway.live;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Changes on this node since they were last sent, without duplicates. Bounded: beyond the limit, an
 * account gets only a reload. Thread-safe; never blocks.
 */
final class Outbox {

    static final int MOST = 2_000;

    /** Accounts that are sent a reload individually; beyond that, all are. */
    static final int MOST_RELOADS = 500;

    private final Map<News.NewsKey, News> pending = new LinkedHashMap<>();
    private final Set<String> reloads = new LinkedHashSet<>();

    synchronized void add(News news) {
        if (reloads.contains(news.to()) || reloads.contains(News.EVERYBODY)) {
            return;
        }
        if (news.kind() == News.NewsKind.RELOAD) {
            reloads.add(news.to());
            return;
        }
        News.NewsKey key = news.key();
        pending.remove(key);
        pending.put(key, news);
        if (pending.size() > MOST) {
            pending.keySet().forEach(each -> reloads.add(each.to()));
            pending.clear();
            if (reloads.size() > MOST_RELOADS) {
                reloads.clear();
                reloads.add(News.EVERYBODY);
            }
        }
    }

    /** Returns all and removes them. */
    synchronized List<News> take() {
        if (pending.isEmpty() && reloads.isEmpty()) {
            return List.of();
        }
        var taken = new ArrayList<News>();
        reloads.forEach(to -> taken.add(News.reload(to)));
        taken.addAll(pending.values());
        pending.clear();
        reloads.clear();
        return taken;
    }
}
