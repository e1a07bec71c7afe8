package io.slipway.firmware;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.http.Json;
import io.slipway.protocol.FirmwareVersion;
import io.slipway.protocol.firmware.ImageFile;
import io.slipway.protocol.firmware.ImageSignature;
import io.slipway.sql.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The tables {@code build} and {@code build_board}. */
final class BuildStore {

    /** Greater than any id: the start of a descending list. */
    static final String TOP = "g";

    /** What a caller may see. */
    private static final String VISIBLE =
            "(:everything = 1 OR account_id = :account OR common = 1)";

    /** A build and its file. */
    record StoredImage(String id, String sha256, long size) {}

    private BuildStore() {}

    static Optional<Build> find(Tx tx, String id) {
        return tx.query("SELECT * FROM build WHERE id = :id")
                .bind("id", id)
                .map((row, context) -> build(row))
                .findFirst();
    }

    /** Like {@link #find}; others who lock it wait until this transaction ends. */
    static Optional<Build> lock(Tx tx, String id) {
        return tx.query("UPDATE build SET updated_at = updated_at WHERE id = :id RETURNING *")
                .bind("id", id)
                .map((row, context) -> build(row))
                .findOne();
    }

    /** Newest first, those below {@code before}. */
    static List<Build> page(
            Tx tx, String account, boolean everything, BuildQuery q, String before, int limit) {
        var such = new StringBuilder();
        var bind = new HashMap<String, Object>();
        if (q.version() != null) {
            such.append(" AND version >= :from AND version < :to");
            bind.put("from", q.version());
            // Greater than any character of a version.
            bind.put("to", q.version() + "~");
        }
        if (q.channel() != null) {
            such.append(" AND channel = :channel");
            bind.put("channel", q.channel());
        }
        if (q.chip() != null) {
            such.append(" AND chip = :chip");
            bind.put("chip", q.chip());
        }
        if (q.board() != null) {
            such.append(" AND id IN (SELECT build_id FROM build_board WHERE name = :board)");
            bind.put("board", Build.key(q.board()));
        }
        if (q.quarantined() != null) {
            such.append(" AND quarantined_at IS ").append(q.quarantined() ? "NOT NULL" : "NULL");
        }
        var query =
                tx.query(
                                """
                                SELECT * FROM build WHERE id < :before AND <visible> <such>
                                ORDER BY id DESC LIMIT :limit
                                """)
                        .define("visible", VISIBLE)
                        .define("such", such.toString())
                        .bind("before", before)
                        .bind("account", account)
                        .bind("everything", everything ? 1L : 0L)
                        .bind("limit", limit);
        bind.forEach(query::bind);
        return query.map((row, context) -> build(row)).list();
    }

    /**
     * Ids of other builds that the caller may see and that devices can't distinguish by version.
     */
    static List<String> sameVersion(
            Tx tx, String account, boolean everything, Build build, int limit) {
        return tx.query(
                        """
                        SELECT id FROM build
                        WHERE version_key = :version AND id <> :id AND <visible> AND elf <> :elf
                        ORDER BY id LIMIT :limit
                        """)
                .define("visible", VISIBLE)
                .bind("version", versionKey(build.version()))
                .bind("id", build.id())
                .bind("elf", build.elf())
                .bind("account", account)
                .bind("everything", everything ? 1L : 0L)
                .bind("limit", limit)
                .mapTo(String.class)
                .list();
    }

    /** The account's build of this very file, or of this version and ELF. */
    static Optional<String> duplicate(Tx tx, String account, Build.ImageFacts facts) {
        return tx.query(
                        """
                        SELECT id FROM build WHERE account_id = :account AND sha256 = :sha
                        UNION ALL
                        SELECT id FROM build
                        WHERE account_id = :account AND version = :version AND elf = :elf
                        LIMIT 1
                        """)
                .bind("account", account)
                .bind("sha", facts.file().sha256())
                .bind("version", facts.version().toString())
                .bind("elf", facts.elf())
                .mapTo(String.class)
                .findFirst();
    }

    static long count(Tx tx, String account) {
        return tx.query("SELECT count(*) FROM build WHERE account_id = :account")
                .bind("account", account)
                .mapTo(Long.class)
                .one();
    }

    static void insert(Tx tx, Build build) {
        tx.update(
                        """
                        INSERT INTO build (id, account_id, common, version, version_key, elf,
                          project, chip, min_revision, max_revision, idf_version, compile_time,
                          size, sha256, hash_appended, signature, boards, scheme, floors, notes,
                          channel, quarantined_at, quarantine_by, quarantine_reason, created_at,
                          updated_at, needs_psram, addresses, leads_home)
                        VALUES (:id, :accountId, :shared, :versionText, :versionKey, :elf,
                          :project, :chip, :minRevision, :maxRevision, :idfVersion, :compileTime,
                          :size, :sha256, :hashed, :signed, :boardsJson, :schemeName, :floorsJson,
                          :notes, :channel, NULL, '', '', :createdAt, :updatedAt, :psram, :addressesJson,
                          :home)
                        """)
                .bindMethods(build)
                .bindMethods(build.upload())
                .bindMethods(build.facts())
                .bindMethods(build.facts().chips())
                .bindMethods(build.facts().compilation())
                .bindMethods(build.details())
                .bind("chip", build.facts().chips().model())
                .bind("createdAt", build.upload().at())
                .bind("shared", build.upload().common() ? 1L : 0L)
                .bind("versionText", build.version().toString())
                .bind("versionKey", versionKey(build.version()))
                .bind("psram", build.details().needsPsram() ? 1L : 0L)
                .bind("addressesJson", Json.text(build.facts().addresses()))
                .bind("home", build.upload().leadsHome() ? 1L : 0L)
                .bind("hashed", build.facts().file().hashAppended() ? 1L : 0L)
                .bind("signed", build.facts().file().signature().name())
                .bind("boardsJson", boards(build.details().boards()))
                .bind("schemeName", build.details().scheme().name())
                .bind("floorsJson", floors(build.details().floors()))
                .execute();
        insertBoards(tx, build);
    }

    /** Writes the fields that people can change. */
    static void update(Tx tx, Build build) {
        tx.update(
                        """
                        UPDATE build SET boards = :boardsJson, scheme = :schemeName,
                          floors = :floorsJson, notes = :notes, channel = :channel,
                          needs_psram = :psram, updated_at = :updatedAt
                        WHERE id = :id
                        """)
                .bindMethods(build)
                .bindMethods(build.details())
                .bind("psram", build.details().needsPsram() ? 1L : 0L)
                .bind("boardsJson", boards(build.details().boards()))
                .bind("schemeName", build.details().scheme().name())
                .bind("floorsJson", floors(build.details().floors()))
                .execute();
        tx.update("DELETE FROM build_board WHERE build_id = :id").bind("id", build.id()).execute();
        insertBoards(tx, build);
    }

    private static void insertBoards(Tx tx, Build build) {
        for (String name : build.boardNames().keySet().stream().sorted().toList()) {
            tx.update("INSERT INTO build_board (build_id, name) VALUES (:id, :name)")
                    .bind("id", build.id())
                    .bind("name", name)
                    .execute();
        }
    }

    static void delete(Tx tx, String id) {
        tx.update("DELETE FROM build_board WHERE build_id = :id").bind("id", id).execute();
        SbomStore.delete(tx, id);
        tx.update("DELETE FROM build WHERE id = :id").bind("id", id).execute();
    }

    /** False if the build does not exist or is already in quarantine. */
    static boolean quarantine(Tx tx, String id, Build.Quarantine why) {
        return tx.update(
                                """
                                UPDATE build SET quarantined_at = :at, quarantine_by = :by,
                                  quarantine_reason = :reason, updated_at = :at
                                WHERE id = :id AND quarantined_at IS NULL
                                """)
                        .bind("at", why.at())
                        .bind("by", why.by())
                        .bind("reason", why.reason())
                        .bind("id", id)
                        .execute()
                == 1;
    }

    static boolean clear(Tx tx, String id, long now) {
        return tx.update(
                                """
                                UPDATE build SET quarantined_at = NULL, quarantine_by = '',
                                  quarantine_reason = '', updated_at = :now
                                WHERE id = :id AND quarantined_at IS NOT NULL
                                """)
                        .bind("now", now)
                        .bind("id", id)
                        .execute()
                == 1;
    }

    static Set<String> quarantined(Tx tx) {
        // Read in every transaction that grants offers.
        return new HashSet<>(
                tx.query("SELECT id FROM build WHERE quarantined_at IS NOT NULL")
                        .mapTo(String.class)
                        .list());
    }

    static List<Builds.Channel> channels(Tx tx, String account, boolean everything) {
        return tx.query(
                        """
                        SELECT channel, count(*) AS builds FROM build
                        WHERE channel <> '' AND <visible>
                        GROUP BY channel ORDER BY channel
                        """)
                .define("visible", VISIBLE)
                .bind("account", account)
                .bind("everything", everything ? 1L : 0L)
                .map((row, context) ->
                        new Builds.Channel(row.getString("channel"), row.getLong("builds")))
                .list();
    }

    /** Whether any build, of any account, uses this file. */
    static boolean usesImage(Tx tx, String sha256) {
        return tx.query("SELECT 1 FROM build WHERE sha256 = :sha256 LIMIT 1")
                .bind("sha256", sha256)
                .mapTo(Long.class)
                .findFirst()
                .isPresent();
    }

    /** All builds' files by id, those above {@code after}. */
    static List<StoredImage> files(Tx tx, String after, int limit) {
        return tx.query(
                        """
                        SELECT id, sha256, size FROM build WHERE id > :after
                        ORDER BY id LIMIT :limit
                        """)
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) ->
                        new StoredImage(row.getString(1), row.getString(2), row.getLong(3)))
                .list();
    }

    /** The version as devices compare it: leading zeros are ignored. */
    static String versionKey(FirmwareVersion version) {
        var key = new StringBuilder();
        for (String segment : version.toString().split("\\.", -1)) {
            key.append(key.isEmpty() ? "" : ".").append(Integer.parseInt(segment));
        }
        return key.toString();
    }

    private static String boards(List<Board> boards) {
        return Json.text(
                boards.stream()
                        .map(board -> Map.of("name", board.name(), "aliases", board.aliases()))
                        .toList());
    }

    private static String floors(List<FirmwareVersion> floors) {
        return Json.text(floors.stream().map(FirmwareVersion::toString).toList());
    }

    private static Build build(ResultSet row) throws SQLException {
        var boards = new ArrayList<Board>();
        for (JsonNode board : json(row, "boards")) {
            boards.add(new Board(board.path("name").asText(), texts(board.path("aliases"))));
        }
        List<FirmwareVersion> floors =
                texts(json(row, "floors")).stream().map(BuildStore::version).toList();
        return new Build(
                row.getString("id"),
                new Build.Upload(
                        row.getString("account_id"),
                        row.getLong("common") == 1,
                        row.getLong("leads_home") == 1,
                        row.getLong("created_at")),
                facts(row),
                new Build.Details(
                        boards,
                        Scheme.valueOf(row.getString("scheme")),
                        floors,
                        row.getString("notes"),
                        row.getString("channel"),
                        row.getLong("needs_psram") == 1),
                quarantine(row),
                row.getLong("updated_at"));
    }

    private static Build.ImageFacts facts(ResultSet row) throws SQLException {
        return new Build.ImageFacts(
                version(row.getString("version")),
                row.getString("elf"),
                row.getString("project"),
                new ChipRange(
                        row.getString("chip"),
                        row.getInt("min_revision"),
                        row.getInt("max_revision")),
                new Build.Compilation(row.getString("idf_version"), row.getString("compile_time")),
                new ImageFile(
                        row.getLong("size"),
                        row.getString("sha256"),
                        row.getLong("hash_appended") == 1,
                        ImageSignature.valueOf(row.getString("signature"))),
                texts(json(row, "addresses")));
    }

    private static Build.@Nullable Quarantine quarantine(ResultSet row) throws SQLException {
        return row.getObject("quarantined_at") == null
                ? null
                : new Build.Quarantine(
                        row.getString("quarantine_reason"),
                        row.getString("quarantine_by"),
                        row.getLong("quarantined_at"));
    }

    private static FirmwareVersion version(String text) {
        return FirmwareVersion.parse(text).orElseThrow();
    }

    private static JsonNode json(ResultSet row, String column) throws SQLException {
        return Json.read(row.getString(column));
    }

    private static List<String> texts(JsonNode list) {
        var texts = new ArrayList<String>();
        list.forEach(each -> texts.add(each.asText()));
        return texts;
    }
}
