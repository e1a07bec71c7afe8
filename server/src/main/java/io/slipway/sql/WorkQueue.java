package io.slipway.sql;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Queue of a database thread: urgent work in order, bulk work one job per batch. */
final class WorkQueue {

    /** A job, with its caller and whether that still waits. */
    static final class Job<T> {
        private static final int WAITING = 0;
        private static final int RUNNING = 1;
        private static final int DONE = 2;

        private final Function<Tx, T> work;
        private final CompletableFuture<T> result = new CompletableFuture<>();
        private final AtomicInteger state = new AtomicInteger(WAITING);
        private volatile @Nullable Runnable interrupt;
        private List<Runnable> hooks = List.of();
        private @Nullable T value;
        private @Nullable Throwable error;

        Job(Function<Tx, T> work) {
            this.work = work;
        }

        CompletableFuture<T> result() {
            return result;
        }

        /** The caller no longer waits: don't start it, or stop it if it runs. */
        void abandon() {
            if (!state.compareAndSet(WAITING, DONE)) {
                Runnable stop = interrupt;
                if (stop != null && state.get() == RUNNING) {
                    stop.run();
                }
            }
        }

        /** False if the caller no longer waits; true again and again once it runs. */
        boolean start(@Nullable Runnable stop) {
            interrupt = stop;
            return state.get() == RUNNING || state.compareAndSet(WAITING, RUNNING);
        }

        void run(Tx tx) {
            tx.takeHooks();
            value = work.apply(tx);
            hooks = tx.takeHooks();
        }

        void failed(Throwable cause) {
            error = cause;
        }

        boolean hasFailed() {
            return error != null;
        }

        void publish() {
            state.set(DONE);
            Throwable cause = error;
            if (cause == null) {
                hooks.forEach(Runnable::run);
                result.complete(value);
            } else {
                result.completeExceptionally(cause);
            }
        }
    }

    private final int capacity;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private final ArrayDeque<Job<?>> urgent = new ArrayDeque<>();
    private final ArrayDeque<Job<?>> bulk = new ArrayDeque<>();
    private boolean closed;

    WorkQueue(int capacity) {
        this.capacity = capacity;
    }

    /** False if the queue is full or closed. */
    boolean add(Job<?> job, boolean inBulk) {
        lock.lock();
        try {
            var queue = inBulk ? bulk : urgent;
            if (closed || queue.size() >= capacity) {
                return false;
            }
            queue.add(job);
            filled.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for work; an empty list means that the queue is closed and drained. */
    List<Job<?>> take(int max) throws InterruptedException {
        lock.lock();
        try {
            while (urgent.isEmpty() && bulk.isEmpty() && !closed) {
                filled.await();
            }
            var batch = new ArrayList<Job<?>>(Math.min(max, urgent.size() + 1));
            while (batch.size() < max && !urgent.isEmpty()) {
                batch.add(urgent.remove());
            }
            if (!bulk.isEmpty() && batch.size() < max) {
                batch.add(bulk.remove());
            }
            return batch;
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            filled.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
