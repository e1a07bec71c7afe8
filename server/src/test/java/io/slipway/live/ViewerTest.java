package io.slipway.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.http.console.EventFeed.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is queued for a page, and what is not. */
class ViewerTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final Viewer viewer = viewer(Duration.ZERO, Duration.ZERO);

    private static Viewer viewer(Duration news, Duration reload) {
        return new Viewer("a", false, "", new Viewer.ViewerPace(news, reload));
    }

    private static List<String> take(Viewer viewer) throws InterruptedException {
        return viewer.await(LONG).stream().map(m -> m.event() + " " + m.data()).toList();
    }

    @Test
    void duplicatesAreSentOnceAndTheLastOneCounts() throws InterruptedException {
        viewer.offer(News.presence("a", "m1", true));
        viewer.offer(News.device("a", "m1"));
        viewer.offer(News.waiting("192.168.1."));
        viewer.offer(News.device("a", "m1"));
        viewer.offer(News.presence("a", "m1", false));
        viewer.offer(News.rollout("a", "r1"));
        viewer.offer(News.event("a", 7, "confirmed"));
        assertThat(take(viewer))
                .containsExactly(
                        "waiting {}",
                        "device {\"mac\":\"m1\"}",
                        "presence {\"mac\":\"m1\",\"online\":false}",
                        "rollout {\"id\":\"r1\"}",
                        "event {\"id\":\"7\",\"type\":\"confirmed\"}");
        assertThat(viewer.await(Duration.ZERO)).isEmpty();
    }

    @Test
    void aSlowPageReloads() throws InterruptedException {
        for (int i = 0; i <= Viewer.MOST; i++) {
            viewer.offer(News.device("a", "m" + i));
        }
        viewer.offer(News.device("a", "later"));
        assertThat(take(viewer)).containsExactly("reload {}");
        assertThat(viewer.await(Duration.ZERO)).isEmpty();
        viewer.offer(News.device("a", "m1"));
        assertThat(take(viewer)).containsExactly("device {\"mac\":\"m1\"}");
    }

    @Test
    void ofEventsTheLastWillDo() throws InterruptedException {
        viewer.offer(News.device("a", "m1"));
        for (int i = 0; i < 1_000; i++) {
            viewer.offer(News.event("a", i, "offered"));
        }
        List<String> told = take(viewer);
        assertThat(told).hasSize(1 + Viewer.MOST_EVENTS).contains("device {\"mac\":\"m1\"}");
        assertThat(told.getLast()).contains("999");
    }

    /** However long it is away: the queue is bounded and one reload replaces it. */
    @Test
    void aPageIsNotNotifiedMoreOftenThanItsPace() throws InterruptedException {
        Viewer slow = viewer(LONG, LONG);
        slow.offer(News.device("a", "m1"));
        assertThat(take(slow)).as("the first is sent at once").hasSize(1);
        slow.offer(News.device("a", "m2"));
        assertThat(slow.await(Duration.ofMillis(1))).isEmpty();
        slow.offer(News.reload(News.EVERYBODY));
        assertThat(take(slow)).as("the first of these as well").containsExactly("reload {}");
        slow.offer(News.reload(News.EVERYBODY));
        assertThat(slow.await(Duration.ofMillis(1))).isEmpty();
    }

    @Test
    void aWaitingViewerGetsTheNewsAndTheEnd() throws InterruptedException {
        var told = new ArrayList<List<Message>>();
        Thread page =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                List<Message> next;
                                while ((next = viewer.await(LONG)) != null) {
                                    told.add(next);
                                }
                            } catch (InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                        });
        viewer.offer(News.device("a", "m1"));
        viewer.close();
        assertThat(page.join(LONG)).isTrue();
        assertThat(told.size()).isLessThanOrEqualTo(1);
        viewer.offer(News.device("a", "m2"));
        assertThat(viewer.await(LONG)).isNull();
    }
}
