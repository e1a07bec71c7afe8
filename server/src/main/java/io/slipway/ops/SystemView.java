package io.slipway.ops;

import io.slipway.http.schema.Described;
import io.slipway.http.schema.Inlined;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** This installation and its state. */
record SystemView(
        @Inlined ProgramState program,
        @Inlined StoreState store,
        HealthView health,
        JavaView java,
        @Described("数据目录的剩余空间 · free space in the data folder") long freeBytes,
        @Described("没有机密 · does not include secrets") Map<String, String> settings) {

    /** The program on this node. */
    record ProgramState(String version, Instant startedAt, long uptimeSeconds) {}

    /** What is only in the database; null or empty if the database does not answer. */
    record StoreState(
            @Nullable EngineView engine,
            List<NodeView> nodes,
            @Described("所有节点的会话 · live sessions on all nodes") @Nullable Long sessions) {}

    /** The database. */
    record EngineView(String name, String version, long bytes) {}

    /** A live node. */
    record NodeView(
            String name,
            boolean self,
            long silentSeconds,
            @Described(
                            "本机时钟比数据库快多少毫秒 · how far the clock of its machine is ahead of the"
                                    + " database's, in ms")
                    long clockAheadMs) {}

    /** Health. */
    record HealthView(
            boolean database,
            boolean draining,
            @Described("收到了其他节点的全部消息 · whether it has received all messages of the other nodes")
                    boolean busCurrent,
            @Described(
                            "时钟可信：已校准，且一小时内没有被拨动超过一小时 · whether the clock can be trusted: it is"
                                    + " set, and was not changed by over an hour within the last"
                                    + " hour")
                    boolean clockSteady,
            @Described("各节点时钟相差不超过 5 秒 · whether the nodes' clocks agree within 5 s")
                    boolean clocksAgree) {}

    /** The Java runtime. */
    record JavaView(String version, int processors, long usedBytes, long maxBytes) {

        static JavaView now() {
            Runtime runtime = Runtime.getRuntime();
            return new JavaView(
                    Runtime.version().toString(),
                    runtime.availableProcessors(),
                    runtime.totalMemory() - runtime.freeMemory(),
                    runtime.maxMemory());
        }
    }
}
