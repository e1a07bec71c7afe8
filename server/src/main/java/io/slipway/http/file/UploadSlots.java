package io.slipway.http.file;

import io.slipway.http.Problem;
import io.slipway.http.governor.EdgeLimit;
import io.slipway.http.governor.Governor;
import java.util.HashMap;
import java.util.Map;

/** How many uploads may run at once, in all and per account. Thread-safe. */
final class UploadSlots {

    /** Most of an upload is on disk; what is in memory is less than a megabyte each. */
    static final int MOST = 32;

    /** One account never takes all. */
    static final int PER_ACCOUNT = 4;

    /** In seconds. */
    private static final int RETRY = 30;

    private final Governor governor;
    private final Map<String, Integer> running = new HashMap<>();
    private int all;

    UploadSlots(Governor governor) {
        this.governor = governor;
    }

    /**
     * Takes a slot, to be given back.
     *
     * @throws Problem 503 if too many are running
     */
    synchronized void take(String account) {
        int own = running.getOrDefault(account, 0);
        if (own >= PER_ACCOUNT) {
            governor.count(EdgeLimit.ACCOUNT_UPLOADS);
            throw Problem.busy(
                    RETRY,
                    "同一账号最多同时上传 " + PER_ACCOUNT + " 个文件",
                    "An account may upload " + PER_ACCOUNT + " files at once");
        }
        if (all >= MOST) {
            governor.count(EdgeLimit.UPLOADS);
            throw Problem.busy(RETRY, "同时上传的文件过多", "Too many uploads at once");
        }
        all++;
        running.put(account, own + 1);
    }

    synchronized void give(String account) {
        all--;
        running.computeIfPresent(account, (who, own) -> own == 1 ? null : own - 1);
    }
}
