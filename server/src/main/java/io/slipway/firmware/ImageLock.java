package io.slipway.firmware;

import io.slipway.http.Problem;
import io.slipway.sql.Database;
import io.slipway.sql.Ids;
import io.slipway.sql.Plane;
import java.time.Duration;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets only one caller at a time, across all nodes, store or delete a file. Two accounts may have
 * the same one: without this, one could delete it after the other has stored it but before its row
 * is written. Thread-safe; calls block.
 */
final class ImageLock {

    /** Longer than storing takes at most, so that a crashed holder blocks others no longer. */
    private static final Duration LONGEST = Duration.ofMinutes(12);

    private static final int TRIES = 20;
    private static final long WAIT_MS = 250;
    private static final Logger LOG = LoggerFactory.getLogger(ImageLock.class);

    private final Database database;
    private final Ids ids;
    private final InstantSource clock;

    ImageLock(Database database, Ids ids, InstantSource clock) {
        this.database = database;
        this.ids = ids;
        this.clock = clock;
        if (!database.postgres()) {
            // The only node has just started: nobody holds a lock.
            database.run(Plane.CONSOLE, ImageLockStore::leaveAll);
        }
    }

    /**
     * @throws Problem 503 if others hold the same file's lock for over 5 seconds
     */
    void run(String sha256, Runnable work) {
        String holder = ids.hex();
        take(sha256, holder);
        try {
            work.run();
        } finally {
            leave(sha256, holder);
        }
    }

    private void take(String sha256, String holder) {
        for (int i = 0; i < TRIES; i++) {
            long now = clock.millis();
            long until = now + LONGEST.toMillis();
            if (database.write(
                    Plane.CONSOLE, tx -> ImageLockStore.take(tx, sha256, holder, now, until))) {
                return;
            }
            try {
                Thread.sleep(WAIT_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        throw new Problem(
                503, "同一个文件正在保存或删除，请稍后再试", "The same file is being stored or deleted; try again");
    }

    private void leave(String sha256, String holder) {
        try {
            database.run(Plane.CONSOLE, tx -> ImageLockStore.leave(tx, sha256, holder));
        } catch (RuntimeException e) {
            LOG.warn("the file {} stays locked for {}: {}", sha256, LONGEST, e.toString());
        }
    }
}
