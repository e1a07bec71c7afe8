package io.slipway.live;

import io.slipway.http.console.EventFeed;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * An open page. News are queued here until it takes them; one that falls behind is told to reload
 * instead. Thread-safe; only {@link #await} blocks.
 */
final class Viewer {

    /** Queued news; a page that gets more than that a second reloads everything. */
    static final int MOST = 50;

    /** Queued events: any one of them makes a page read the feed, so the last ones suffice. */
    static final int MOST_EVENTS = 20;

    /**
     * How often a page gets messages, so that a busy fleet does not keep it busy.
     *
     * @param news minimum time between two batches
     * @param reload minimum time between two reloads
     */
    record ViewerPace(Duration news, Duration reload) {
        static final ViewerPace USUAL =
                new ViewerPace(Duration.ofSeconds(1), Duration.ofSeconds(5));
    }

    final String accountId;
    final boolean admin;
    final String network;
    private final ViewerPace pace;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<News.NewsKey, News> pending = new LinkedHashMap<>();
    private int events;
    private boolean behind;
    private boolean closed;
    private long toldAt;
    private long reloadedAt;

    /**
     * @param network for nearby devices; {@code ""} if unknown
     */
    Viewer(String accountId, boolean admin, String network, ViewerPace pace) {
        this.accountId = accountId;
        this.admin = admin;
        this.network = network;
        this.pace = pace;
        long now = System.nanoTime();
        this.toldAt = now - pace.news().toNanos();
        this.reloadedAt = now - pace.reload().toNanos();
    }

    void offer(News news) {
        lock.lock();
        try {
            if (behind || closed) {
                return;
            }
            if (news.kind() == News.NewsKind.RELOAD) {
                fallBehind();
            } else {
                put(news);
            }
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private void put(News news) {
        if (pending.remove(news.key()) == null && news.kind() == News.NewsKind.EVENT) {
            events++;
        }
        pending.put(news.key(), news);
        if (events > MOST_EVENTS) {
            dropEvent();
        }
        if (pending.size() > MOST) {
            fallBehind();
        }
    }

    private void dropEvent() {
        for (Iterator<News.NewsKey> all = pending.keySet().iterator(); all.hasNext(); ) {
            if (all.next().kind() == News.NewsKind.EVENT) {
                all.remove();
                events--;
                return;
            }
        }
    }

    private void fallBehind() {
        behind = true;
        pending.clear();
        events = 0;
    }

    /** See {@link EventFeed.FeedSource}. */
    @Nullable List<EventFeed.Message> await(Duration most) throws InterruptedException {
        lock.lock();
        try {
            long until = System.nanoTime() + most.toNanos();
            while (!closed) {
                long now = System.nanoTime();
                long wait = until - now;
                if (behind || !pending.isEmpty()) {
                    long turn =
                            behind
                                    ? reloadedAt + pace.reload().toNanos() - now
                                    : toldAt + pace.news().toNanos() - now;
                    if (turn <= 0) {
                        return take(now);
                    }
                    wait = Math.min(wait, turn);
                }
                if (until - now <= 0) {
                    return List.of();
                }
                var _ = changed.awaitNanos(wait);
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    private List<EventFeed.Message> take(long now) {
        toldAt = now;
        if (behind) {
            reloadedAt = now;
            behind = false;
            return List.of(News.reload(accountId).message());
        }
        var taken = pending.values().stream().map(News::message).toList();
        pending.clear();
        events = 0;
        return taken;
    }

    /** Closes it, even while a caller is waiting. */
    void close() {
        lock.lock();
        try {
            closed = true;
            pending.clear();
            changed.signal();
        } finally {
            lock.unlock();
        }
    }
}
