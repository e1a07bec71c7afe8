package io.slipway.rollout.store;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.http.Json;
import io.slipway.rollout.json.AttemptJson;
import io.slipway.rollout.rules.attempt.Evidence;
import io.slipway.rollout.rules.attempt.OfferTerms;
import io.slipway.rollout.rules.attempt.Outages;
import io.slipway.sql.Tx;
import java.util.Collection;
import java.util.List;

/** The table {@code evidence}: observations, in the order in which they were applied. */
public final class EvidenceStore {

    private EvidenceStore() {}

    /**
     * An entry of the log.
     *
     * @param outages the relevant ones, as known at that time: what is learned later, or on another
     *     node, must not change the result of a replay
     */
    public record EvidenceEntry(long device, String rollout, Evidence evidence, Outages outages) {}

    public static void append(Tx tx, Collection<EvidenceEntry> entries) {
        tx.batch(
                """
                INSERT INTO evidence (seq, device, rollout, at, kind, body, outages)
                VALUES (?, ?, ?, ?, ?, ?, ?)\
                """,
                entries,
                (insert, entry) -> {
                    Evidence evidence = entry.evidence();
                    insert.setLong(1, evidence.seq());
                    insert.setLong(2, entry.device());
                    insert.setString(3, entry.rollout());
                    insert.setLong(4, evidence.at());
                    insert.setString(5, evidence.getClass().getSimpleName());
                    insert.setString(6, Json.text(body(evidence)));
                    insert.setString(7, AttemptJson.of(entry.outages()));
                });
    }

    /** Entries after {@code seq}, in order. */
    public static List<EvidenceEntry> after(Tx tx, long seq, int limit) {
        return tx.query("SELECT * FROM evidence WHERE seq > :seq ORDER BY seq LIMIT :limit")
                .bind("seq", seq)
                .bind("limit", limit)
                .map((row, context) ->
                        new EvidenceEntry(
                                row.getLong("device"),
                                row.getString("rollout"),
                                evidence(
                                        row.getLong("seq"),
                                        row.getLong("at"),
                                        row.getString("kind"),
                                        Json.read(row.getString("body"))),
                                AttemptJson.outages(row.getString("outages"))))
                .list();
    }

    /** Deletes at most {@code limit} entries below {@code seq}; returns how many. */
    public static int forgetBelow(Tx tx, long seq, int limit) {
        return tx.update(
                        """
                        DELETE FROM evidence WHERE seq IN
                            (SELECT seq FROM evidence WHERE seq < :seq ORDER BY seq LIMIT :limit)
                        """)
                .bind("seq", seq)
                .bind("limit", limit)
                .execute();
    }

    private static List<Object> body(Evidence evidence) {
        return switch (evidence) {
            case Evidence.Offered o ->
                    List.of(
                            o.offerId(),
                            AttemptJson.of(o.build()),
                            o.stage(),
                            AttemptJson.of(o.stratum()),
                            AttemptJson.of(o.terms().from()),
                            AttemptJson.bit(o.terms().force()),
                            AttemptJson.bit(o.terms().visible()));
            case Evidence.DownloadBegan b -> List.of(b.offerId(), b.downloadId());
            case Evidence.DownloadEnded e ->
                    List.of(e.offerId(), e.downloadId(), e.bytes(), e.end().name());
            case Evidence.CheckedIn c -> AttemptJson.of(c.running());
            case Evidence.SessionOpened s -> List.of();
            case Evidence.TimePassed t -> List.of();
            case Evidence.PinMoved p -> List.of();
            case Evidence.Superseded s -> List.of();
            case Evidence.Cleared c -> List.of();
        };
    }

    private static Evidence evidence(long seq, long at, String kind, JsonNode n) {
        return switch (kind) {
            case "Offered" ->
                    new Evidence.Offered(
                            seq,
                            at,
                            n.get(0).asText(),
                            AttemptJson.build(n.get(1)),
                            n.get(2).asInt(),
                            AttemptJson.stratum(n.get(3).asText()),
                            new OfferTerms(
                                    AttemptJson.running(n.get(4)),
                                    n.get(5).asInt() == 1,
                                    n.get(6).asInt() == 1));
            case "DownloadBegan" ->
                    new Evidence.DownloadBegan(seq, at, n.get(0).asText(), n.get(1).asText());
            case "DownloadEnded" ->
                    new Evidence.DownloadEnded(
                            seq,
                            at,
                            n.get(0).asText(),
                            n.get(1).asText(),
                            n.get(2).asLong(),
                            Evidence.DownloadEnd.valueOf(n.get(3).asText()));
            case "CheckedIn" -> new Evidence.CheckedIn(seq, at, AttemptJson.running(n));
            case "SessionOpened" -> new Evidence.SessionOpened(seq, at);
            case "TimePassed" -> new Evidence.TimePassed(seq, at);
            case "PinMoved" -> new Evidence.PinMoved(seq, at);
            case "Superseded" -> new Evidence.Superseded(seq, at);
            case "Cleared" -> new Evidence.Cleared(seq, at);
            default -> throw new IllegalStateException("evidence of kind " + kind);
        };
    }
}
