package io.slipway.rollout.api;

import io.slipway.http.schema.Described;
import io.slipway.http.schema.Inlined;
import io.slipway.rollout.rules.attempt.Tally;

/** Counts of devices. */
record TallyView(@Inlined OutcomeCounts outcomes, @Inlined ArrivalCounts arrivals) {

    /** By the result of the update. */
    record OutcomeCounts(
            @Described("推送过的设备 · devices to which it was offered") long offered,
            @Described("正在升级 · being updated") long inFlight,
            @Described("成功 · succeeded") long good,
            @Described("失败 · failed") long bad,
            @Described("下载后还没回来 · not back yet after the download") long silent,
            @Described("太久没回来，计为失败 · not back for so long that it counts as failed")
                    long overdue) {}

    /** By the result of the new image, and what is still pending. */
    record ArrivalCounts(
            @Described("下载不到 · could not download it") long undelivered,
            @Described("没有拿到固件 · did not receive the image") long missing,
            @Described("拿到了固件 · received the image") long delivered,
            @Described("崩溃或退回 · crashed or rolled back") long crashed,
            @Described("不再计入 · no longer counted") long left,
            @Described("有结果的 · decided") long decided,
            @Described("还在等结果 · still pending") long waiting) {}

    static TallyView of(Tally tally) {
        return new TallyView(
                new OutcomeCounts(
                        tally.offered(),
                        tally.inFlight(),
                        tally.outcomes().good(),
                        tally.outcomes().bad(),
                        tally.silent(),
                        tally.outcomes().overdue()),
                new ArrivalCounts(
                        tally.undelivered(),
                        tally.deliveries().missing(),
                        tally.deliveries().delivered(),
                        tally.crashed(),
                        tally.left(),
                        tally.decided(),
                        tally.waiting()));
    }
}
