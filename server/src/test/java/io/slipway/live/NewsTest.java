package io.slipway.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.http.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages between nodes, and their recipients. */
class NewsTest {

    private static final String ACCOUNT = "0123456789abcdef0123456789abcdef";

    private static List<News> all() {
        return List.of(
                News.presence(ACCOUNT, "d4:06:06:b6:a9:fa", true),
                News.device(ACCOUNT, "d4:06:06:b6:a9:fa"),
                News.waiting("192.168.1."),
                News.waiting(""),
                News.rollout("", "r1"),
                News.event(ACCOUNT, Long.MAX_VALUE, "rolled_back"),
                News.reload(News.EVERYBODY));
    }

    @Test
    void whatIsSaidIsUnderstood() {
        for (News news : all()) {
            assertThat(News.parse(news.line())).contains(news);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a presence m", "a presence m 1 2", "a weather m 1"})
    void whatIsNot(String line) {
        assertThat(News.parse(line)).isEmpty();
    }

    @Test
    void manyFitIntoMessagesThatTheBusTakes() {
        var many = new ArrayList<News>();
        for (int i = 0; i < Outbox.MOST; i++) {
            many.add(
                    News.presence(
                            ACCOUNT,
                            String.format("d4:06:06:00:%02x:%02x", i >> 8, i & 255),
                            true));
        }
        List<String> messages =
                LiveModule.packed(many).stream().map(LiveModule.TOPIC.write()).toList();
        assertThat(messages).allMatch(message -> message.length() <= 3_900);
        assertThat(
                        messages.stream()
                                .flatMap(message -> message.lines())
                                .map(line -> News.parse(line).orElseThrow()))
                .containsExactlyElementsOf(many);
        assertThat(
                        messages.stream()
                                .flatMap(message ->
                                        LiveModule.TOPIC
                                                .read()
                                                .apply(message)
                                                .orElseThrow()
                                                .stream()))
                .containsExactlyElementsOf(many);
    }

    @Test
    void anOutboxTellsEachThingOnceAndOfTooMuchOnlyThatItIs() {
        var outbox = new Outbox();
        outbox.add(News.presence("a", "m", true));
        outbox.add(News.presence("a", "m", false));
        assertThat(outbox.take()).containsExactly(News.presence("a", "m", false));
        assertThat(outbox.take()).isEmpty();
        for (int i = 0; i <= Outbox.MOST; i++) {
            outbox.add(News.device(i % 2 == 0 ? "a" : "b", "m" + i));
        }
        outbox.add(News.device("a", "one more"));
        outbox.add(News.device("c", "m"));
        assertThat(outbox.take())
                .containsExactly(News.reload("a"), News.reload("b"), News.device("c", "m"));
        for (int i = 0; i <= Outbox.MOST; i++) {
            outbox.add(News.device("account" + i, "m"));
        }
        outbox.add(News.device("c", "m"));
        assertThat(outbox.take()).containsExactly(News.reload(News.EVERYBODY));
    }

    @Test
    void everybodyIsNotifiedOfWhatConcernsThem() throws InterruptedException {
        var viewers = new Viewers();
        var pace = new Viewer.ViewerPace(Duration.ZERO, Duration.ZERO);
        Viewer admin = viewers.add(new Viewer("admin", true, "", pace));
        Viewer alice = viewers.add(new Viewer("alice", false, "192.168.1.", pace));
        Viewer bob = viewers.add(new Viewer("bob", false, "203.0.113.9", pace));
        viewers.tell(News.device("alice", "m1"));
        viewers.tell(News.device("admin", "m2"));
        viewers.tell(News.waiting("192.168.1."));
        viewers.tell(News.event("", 1, "outage"));
        assertThat(admin.await(Duration.ZERO)).hasSize(4);
        assertThat(alice.await(Duration.ZERO))
                .extracting(message -> message.event())
                .containsExactly("device", "waiting");
        assertThat(bob.await(Duration.ZERO)).isEmpty();
        viewers.tell(News.reload(News.EVERYBODY));
        assertThat(bob.await(Duration.ZERO)).hasSize(1);
        viewers.remove(alice);
        viewers.remove(alice);
        viewers.tell(News.device("alice", "m1"));
        assertThat(alice.await(Duration.ZERO)).isNull();
        for (int i = 1; i < Viewers.PER_ACCOUNT; i++) {
            viewers.add(new Viewer("bob", false, "", pace));
        }
        assertThatThrownBy(() -> viewers.add(new Viewer("bob", false, "", pace)))
                .isInstanceOfSatisfying(Problem.class, e -> assertThat(e.code()).isEqualTo(429));
        viewers.remove(bob);
        viewers.add(new Viewer("bob", false, "", pace));
    }
}
