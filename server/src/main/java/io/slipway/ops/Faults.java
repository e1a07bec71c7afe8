package io.slipway.ops;

import io.slipway.http.Problem;
import io.slipway.sql.StoreException;
import org.jspecify.annotations.Nullable;

/** The errors shown to people for server faults. */
public final class Faults {

    private Faults() {}

    /** Null for unknown exceptions. */
    public static @Nullable Problem problem(RuntimeException e) {
        if (!(e instanceof StoreException store)) {
            return null;
        }
        return store.full()
                ? new Problem(
                        503,
                        "服务器的磁盘已满，什么都保存不了：请联系管理员腾出空间",
                        "The server's disk is full, so nothing can be stored: an administrator must"
                                + " make room")
                : new Problem(
                        503,
                        "数据库暂时不可用，请稍后再试",
                        "The database is temporarily unavailable; try again later");
    }
}
