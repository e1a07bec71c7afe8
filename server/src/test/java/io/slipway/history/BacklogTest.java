package io.slipway.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.history.ChatLog.NewChatLine;
import io.slipway.history.ChatLog.Speaker;
import io.slipway.protocol.Mac;
import io.slipway.sql.Ids;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BacklogTest {

    private final Ids ids = new Ids(InstantSource.system());
    private final Backlog backlog = new Backlog();

    private static NewChatLine line(String session, String content) {
        return new NewChatLine(
                session, "account", "agent", new Mac(1), Speaker.USER, content, "auto", 1);
    }

    @Test
    void whatIsTakenBackComesFirstAgainUnderItsOwnIds() {
        backlog.add(line("s", "1"));
        backlog.add(line("s", "2"));
        var first = backlog.take(ids);
        assertThat(backlog.take(ids)).isEmpty();
        backlog.add(line("s", "3"));
        backlog.putBack(first.subList(1, 2));
        var second = backlog.take(ids);
        assertThat(second).extracting(entry -> entry.line().content()).containsExactly("2", "3");
        assertThat(second.get(0)).isEqualTo(first.get(1));
        assertThat(second.get(1).id()).isGreaterThan(second.get(0).id());
    }

    @Test
    void onlySoManyLinesWait() {
        for (int i = 0; i < Backlog.MAX_LINES + 7; i++) {
            backlog.add(line("s" + i / 50, "x"));
        }
        assertThat(backlog.takeDropped()).isEqualTo(7);
        assertThat(backlog.takeDropped()).isZero();
        var taken = backlog.take(ids);
        assertThat(taken).hasSize(Backlog.MAX_LINES);
        backlog.add(line("new", "y"));
        backlog.putBack(taken);
        assertThat(backlog.takeDropped()).as("older lines stay").isEqualTo(1);
    }

    @Test
    void onlySoMuchTextWaits() {
        String longest = "x".repeat(NewChatLine.MAX_CONTENT);
        long fit = Backlog.MAX_CHARS / NewChatLine.MAX_CONTENT;
        for (int i = 0; i < fit + 3; i++) {
            backlog.add(line("s" + i, longest));
        }
        assertThat(backlog.takeDropped()).isEqualTo(3);
        assertThat(backlog.take(ids)).hasSize((int) fit);
    }

    @Test
    void oneSessionLeavesRoomToOthers() {
        for (int i = 0; i < 1_000_000; i++) {
            backlog.add(line("flood", "x"));
        }
        backlog.add(line("other", "y"));
        assertThat(backlog.take(ids)).hasSize(Backlog.MAX_OF_SESSION + 1);
        assertThat(backlog.takeDropped()).isEqualTo(1_000_000 - Backlog.MAX_OF_SESSION);
    }

    @Test
    void itIsAListWithoutWhatWasRemoved() {
        var random = new Random(5);
        var model = new ArrayList<NewChatLine>();
        List<Backlog.PendingLine> out = List.of();
        for (int i = 0; i < 50_000; i++) {
            switch (random.nextInt(12)) {
                case 0 -> {
                    String gone = "s" + random.nextInt(5);
                    int removed = backlog.remove(line -> line.sessionId().equals(gone));
                    int before = model.size();
                    model.removeIf(line -> line.sessionId().equals(gone));
                    assertThat(removed).isEqualTo(before - model.size());
                }
                case 1 -> {
                    out = backlog.take(ids);
                    assertThat(out).extracting(Backlog.PendingLine::line).isEqualTo(model);
                    assertThat(out)
                            .extracting(Backlog.PendingLine::id)
                            .doesNotContain(0L)
                            .isSorted();
                    model.clear();
                }
                case 2 -> {
                    backlog.putBack(out);
                    model.addAll(0, out.stream().map(Backlog.PendingLine::line).toList());
                    out = List.of();
                }
                case 3 -> {
                    String moved = "s" + random.nextInt(5);
                    backlog.change(line ->
                            line.sessionId().equals(moved) ? line.withAgent("other") : line);
                    model.replaceAll(line ->
                            line.sessionId().equals(moved) ? line.withAgent("other") : line);
                }
                default -> {
                    NewChatLine line = line("s" + random.nextInt(5), Integer.toString(i));
                    backlog.add(line);
                    model.add(line);
                }
            }
            String any = "s" + random.nextInt(5);
            assertThat(backlog.any(line -> line.sessionId().equals(any)))
                    .isEqualTo(model.stream().anyMatch(line -> line.sessionId().equals(any)));
        }
        assertThat(backlog.takeDropped()).isZero();
    }
}
