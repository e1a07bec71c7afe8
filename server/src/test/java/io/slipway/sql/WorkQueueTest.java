package io.slipway.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WorkQueueTest {

    private final WorkQueue queue = new WorkQueue(10);

    private WorkQueue.Job<String> add(boolean bulk) {
        var job = new WorkQueue.Job<>(tx -> "done");
        assertThat(queue.add(job, bulk)).isTrue();
        return job;
    }

    @Test
    void whatWaitsIsTakenInOrderWithOnePieceOfBulk() throws InterruptedException {
        var bulk = add(true);
        add(true);
        var first = add(false);
        var second = add(false);
        assertThat(queue.waiting()).isEqualTo(2);
        assertThat(queue.take(10, 0)).containsExactly(first, second, bulk);
    }

    @Test
    void nobodyWaitsForThoseThatDoNotCome() throws InterruptedException {
        var only = add(false);
        assertThat(queue.take(10, 9)).containsExactly(only);
        var bulk = add(true);
        assertThat(queue.take(10, 9)).containsExactly(bulk);
    }

    @Test
    void aGroupThatIsThereIsTakenWhole() throws InterruptedException {
        var jobs = java.util.stream.IntStream.range(0, 4).mapToObj(i -> add(false)).toList();
        assertThat(queue.take(3, 3)).isEqualTo(jobs.subList(0, 3));
        assertThat(queue.take(3, 3)).isEqualTo(jobs.subList(3, 4));
    }

    @Test
    void whatWaitsWhenItIsClosedIsStillTaken() throws InterruptedException {
        var job = add(false);
        queue.close();
        assertThat(queue.add(new WorkQueue.Job<>(tx -> "late"), false)).isFalse();
        assertThat(queue.take(10, 5)).containsExactly(job);
        assertThat(queue.take(10, 5)).isEmpty();
    }
}
