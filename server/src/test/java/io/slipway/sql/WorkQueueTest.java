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
    void workIsTakenInOrderWithOneBulkJob() throws InterruptedException {
        var bulk = add(true);
        add(true);
        var first = add(false);
        var second = add(false);
        assertThat(queue.take(10)).containsExactly(first, second, bulk);
    }

    @Test
    void pendingWorkIsTakenAfterClosing() throws InterruptedException {
        var job = add(false);
        queue.close();
        assertThat(queue.add(new WorkQueue.Job<>(tx -> "late"), false)).isFalse();
        assertThat(queue.take(10)).containsExactly(job);
        assertThat(queue.take(10)).isEmpty();
    }
}
