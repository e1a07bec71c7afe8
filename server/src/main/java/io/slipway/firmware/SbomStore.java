package io.slipway.firmware;

import io.slipway.sql.Tx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** SQL of {@link Sboms}. */
final class SbomStore {

    private SbomStore() {}

    /** Those of some builds, by the build's id. */
    static Map<String, Sbom> of(Tx tx, List<String> buildIds) {
        var found = new HashMap<String, Sbom>();
        if (!buildIds.isEmpty()) {
            tx.query(
                            """
                            SELECT build_id, spec_version, components, bytes, sha256, stored_at
                            FROM build_sbom WHERE build_id IN (<ids>)
                            """)
                    .bindList("ids", buildIds)
                    .map((row, context) ->
                            found.put(
                                    row.getString(1),
                                    new Sbom(
                                            row.getString(2),
                                            row.getLong(3),
                                            row.getLong(4),
                                            row.getString(5),
                                            row.getLong(6))))
                    .list();
        }
        return found;
    }

    static Optional<String> content(Tx tx, String buildId) {
        return tx.query("SELECT content FROM build_sbom WHERE build_id = :id")
                .bind("id", buildId)
                .mapTo(String.class)
                .findOne();
    }

    /** Replaces the former one. */
    static void put(Tx tx, String buildId, Sbom.SbomDocument document) {
        Sbom sbom = document.sbom();
        tx.update(
                        """
                        INSERT INTO build_sbom (build_id, spec_version, components, bytes, sha256,
                          stored_at, content)
                        VALUES (:id, :specVersion, :components, :bytes, :sha256, :at, :content)
                        ON CONFLICT (build_id) DO UPDATE SET spec_version = excluded.spec_version,
                          components = excluded.components, bytes = excluded.bytes,
                          sha256 = excluded.sha256, stored_at = excluded.stored_at,
                          content = excluded.content
                        """)
                .bind("id", buildId)
                .bind("specVersion", sbom.specVersion())
                .bind("components", sbom.components())
                .bind("bytes", sbom.bytes())
                .bind("sha256", sbom.sha256())
                .bind("at", sbom.at())
                .bind("content", document.content())
                .execute();
    }

    /** False if there was none. */
    static boolean delete(Tx tx, String buildId) {
        return tx.update("DELETE FROM build_sbom WHERE build_id = :id")
                        .bind("id", buildId)
                        .execute()
                == 1;
    }
}
