package io.slipway.live;

import io.slipway.http.Problem;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** The pages that are open on this node. Thread-safe; never blocks. */
final class Viewers {

    /** Enough for many tabs on several machines, or an office that shares an account. */
    static final int PER_ACCOUNT = 20;

    /** Each has a thread's stack, a connection and up to {@link Viewer#MOST} news. */
    static final int MOST = 1_000;

    /** By every possible addressee of news. */
    private final Map<String, Set<Viewer>> audiences = new HashMap<>();

    private final Set<Viewer> all = new HashSet<>();

    /**
     * @throws Problem 429 if the account has too many open pages, 503 if this node has
     */
    synchronized Viewer add(Viewer viewer) {
        if (all.size() >= MOST) {
            throw new Problem(503, "打开的页面过多，请稍后再试", "Too many open pages; try again later");
        }
        if (audience(viewer.accountId).size() >= PER_ACCOUNT) {
            throw new Problem(
                    429,
                    "同一账号最多同时打开 " + PER_ACCOUNT + " 个页面",
                    "At most " + PER_ACCOUNT + " open pages per account");
        }
        all.add(viewer);
        join(viewer.accountId, viewer);
        if (viewer.admin) {
            join("", viewer);
        }
        if (!viewer.network.isEmpty()) {
            join(News.AROUND + viewer.network, viewer);
        }
        return viewer;
    }

    private void join(String to, Viewer viewer) {
        audiences.computeIfAbsent(to, nobody -> new HashSet<>()).add(viewer);
    }

    private Set<Viewer> audience(String to) {
        return audiences.getOrDefault(to, Set.of());
    }

    /** Ends a page's feed; does nothing if it has ended. */
    void remove(Viewer viewer) {
        synchronized (this) {
            if (all.remove(viewer)) {
                audiences.values().removeIf(set -> set.remove(viewer) && set.isEmpty());
            }
        }
        viewer.close();
    }

    synchronized boolean none() {
        return all.isEmpty();
    }

    /** Passes it to those concerned, and to administrators. */
    void tell(News news) {
        for (Viewer viewer : concerned(news.to())) {
            viewer.offer(news);
        }
    }

    private synchronized Set<Viewer> concerned(String to) {
        if (to.equals(News.EVERYBODY)) {
            return Set.copyOf(all);
        }
        var concerned = new LinkedHashSet<>(audience(""));
        concerned.addAll(audience(to));
        return concerned;
    }
}
