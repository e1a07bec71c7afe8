package io.slipway.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogSyncTest {

    @TempDir Path folder;

    private FileChannel file() throws IOException {
        return FileChannel.open(
                folder.resolve("log"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    private static WorkQueue.Job<String> job() {
        return new WorkQueue.Job<>(tx -> "done");
    }

    @Test
    void commitsCompleteInOrderAndAllBeforeItIsClosed() throws Exception {
        var sync = new LogSync(file());
        var jobs = IntStream.range(0, 100).mapToObj(i -> job()).toList();
        List<Integer> told = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < jobs.size(); i++) {
            int place = i;
            var _ = jobs.get(i).result().thenAccept(value -> told.add(place));
            sync.publish(List.of(jobs.get(i)));
        }
        sync.close();
        assertThat(told).isEqualTo(IntStream.range(0, 100).boxed().toList());
    }

    @Test
    void aCommitThatCannotBeMadeDurableHasFailed() throws Exception {
        FileChannel log = file();
        var sync = new LogSync(log);
        var durable = job();
        sync.publish(List.of(durable));
        durable.result().get(10, TimeUnit.SECONDS);
        log.close();
        var lost = List.<WorkQueue.Job<?>>of(job(), job());
        sync.publish(lost);
        for (WorkQueue.Job<?> each : lost) {
            assertThatThrownBy(() -> each.result().get(10, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(ClosedChannelException.class);
        }
        sync.close();
    }
}
