package io.slipway.bench.checkin;

import java.util.List;
import java.util.function.Predicate;

/**
 * A part of the work for a device, recognised by its stack traces.
 *
 * @param frames prefixes of {@code class.method} that belong to it
 * @param threads prefixes of the names of threads whose stacks belong to it if no frame decides
 * @param wherever whether any frame of the stack counts, not only those above all other parts'
 *     frames
 */
record CostPart(String name, List<String> frames, List<String> threads, boolean wherever) {

    static final String REST = "rest";

    /** In the order of the report. A stack's frames are examined from the top down. */
    static final List<CostPart> ALL =
            List.of(
                    // Sockets only: files are read and written by the database's own library.
                    of("kernel", "sun.nio.ch.", "io.netty.channel.epoll.Native"),
                    of("HMAC", "io.slipway.keys.", "io.slipway.device.Pairs."),
                    of(
                            "body",
                            "io.slipway.protocol.ota.CheckInReader",
                            "io.slipway.protocol.ota.CheckIn.",
                            "io.slipway.protocol.ota.BodyTemplate",
                            "io.slipway.device.profile.CheckInFacts"),
                    of(
                            "answer",
                            "io.slipway.protocol.ota.Reply",
                            "io.slipway.protocol.ota.PreparedReply",
                            "io.slipway.protocol.ota.ReplyDraft",
                            "io.slipway.checkin.ReplyDrafts"),
                    of("cache", "io.slipway.device.BoundCache"),
                    // Its writes are its cost, whichever thread makes them.
                    new CostPart(
                            "last-seen",
                            List.of(
                                    "io.slipway.device.seen.SeenLog",
                                    "io.slipway.device.seen.SeenBatch",
                                    "io.slipway.device.seen.SeenStore."),
                            List.of(),
                            true),
                    of("activation", "io.slipway.activation."),
                    of("rollout", "io.slipway.rollout."),
                    new CostPart(
                            "database",
                            List.of(
                                    "io.slipway.sql.",
                                    "org.sqlite.",
                                    "org.jdbi.",
                                    "org.postgresql.",
                                    "com.zaxxer.hikari."),
                            List.of("sqlite-", "HikariPool"),
                            false),
                    of("framework", "io.vertx.", "io.netty."));

    private static CostPart of(String name, String... frames) {
        return new CostPart(name, List.of(frames), List.of(), false);
    }

    /**
     * The name of the part that a stack belongs to.
     *
     * @param thread its name
     * @param stack {@code class.method}, the top frame first
     */
    static String charge(String thread, List<String> stack) {
        for (CostPart part : ALL) {
            if (part.wherever && stack.stream().anyMatch(frame -> begins(frame, part.frames))) {
                return part.name;
            }
        }
        for (String frame : stack) {
            for (CostPart part : ALL) {
                if (begins(frame, part.frames)) {
                    return part.name;
                }
            }
        }
        return first(part -> begins(thread, part.threads));
    }

    private static String first(Predicate<CostPart> matches) {
        return ALL.stream().filter(matches).findFirst().map(CostPart::name).orElse(REST);
    }

    private static boolean begins(String text, List<String> beginnings) {
        return beginnings.stream().anyMatch(text::startsWith);
    }
}
