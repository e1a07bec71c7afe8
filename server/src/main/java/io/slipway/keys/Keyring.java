package io.slipway.keys;

import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The keys that all nodes share. One identity key, which never changes, because hashes in the
 * database depend on it; session keys that can be retired (they still verify) and revoked (they
 * don't); keys for downloads, which are retired together with session keys and verify for an hour
 * more, because what they sign is valid for minutes. Thread-safe.
 */
public final class Keyring {

    private static final String IDENTITY = "identity";
    private static final String SESSION = "session";
    private static final String FIRMWARE = "firmware";

    /** How long a retired key for downloads verifies. */
    private static final Duration RETIRED = Duration.ofHours(1);

    private static final SecureRandom RANDOM = new SecureRandom();

    /**
     * @param id 8 characters, part of tokens
     * @param revoked whether its signatures are genuine but no longer valid
     * @param retiredAt epoch ms, 0 while it signs
     * @param ofPair whether session tokens sign the pair's hash, which is stored; those of older
     *     keys sign its Client-Id, which is not
     */
    public record SigningKey(
            String id,
            Hmac hmac,
            boolean current,
            boolean revoked,
            long retiredAt,
            boolean ofPair) {}

    /**
     * A session key as administrators see it.
     *
     * @param createdAt epoch ms
     */
    public record KeyInfo(String id, long createdAt, boolean current, boolean revoked) {}

    private record KeySet(List<SigningKey> keys, SigningKey current) {

        Optional<SigningKey> find(String id) {
            return keys.stream().filter(key -> key.id().equals(id)).findFirst();
        }
    }

    private record KeyState(Hmac identity, KeySet session, KeySet firmware) {}

    private final Database database;
    private final MasterKey master;
    private final InstantSource clock;
    private volatile KeyState state;

    /** Reads the keys, creating missing ones. */
    public Keyring(Database database, MasterKey master, InstantSource clock) {
        this.database = database;
        this.master = master;
        this.clock = clock;
        this.state = load();
    }

    /** Whether the database contains secrets under a master key. */
    public static boolean sealed(Database database) {
        return database.read(Plane.CONSOLE, tx -> !KeyStore.all(tx, IDENTITY).isEmpty());
    }

    /** Reads the keys again: another node may have changed them. */
    public void reload() {
        state = load();
    }

    /** Keys the hashes of Client-Ids and the ids derived from them. */
    public Hmac identity() {
        return state.identity;
    }

    /** Signs new session tokens. */
    public SigningKey session() {
        return state.session.current;
    }

    /** A session key by its id, including retired and revoked ones. */
    public Optional<SigningKey> session(String id) {
        return state.session.find(id);
    }

    /** Signs new download URLs. */
    public SigningKey firmware() {
        return state.firmware.current;
    }

    /** A key for downloads by its id, as long as it verifies. */
    public Optional<SigningKey> firmware(String id) {
        long since = clock.millis() - RETIRED.toMillis();
        return state.firmware.find(id).filter(key -> key.current() || key.retiredAt() > since);
    }

    /** All session keys, newest first. */
    public List<KeyInfo> sessionKeys() {
        return database.read(Plane.CONSOLE, tx -> KeyStore.all(tx, SESSION)).stream()
                .map(row -> new KeyInfo(row.id(), row.createdAt(), row.current(), row.revoked()))
                .toList()
                .reversed();
    }

    /**
     * Creates a new session key; the previous one verifies until it is revoked. Creates a new key
     * for downloads, too.
     */
    public void rotate() {
        database.run(
                Plane.CONSOLE,
                tx -> {
                    for (String purpose : List.of(SESSION, FIRMWARE)) {
                        KeyStore.retire(tx, purpose, clock.millis());
                        KeyStore.insert(tx, fresh(purpose));
                    }
                });
        reload();
    }

    /**
     * Permanently revokes a retired key.
     *
     * @return false if there is no retired key with that id
     */
    public boolean revoke(String id) {
        boolean done = database.write(Plane.CONSOLE, tx -> KeyStore.revoke(tx, id, clock.millis()));
        reload();
        return done;
    }

    private KeyState load() {
        List<KeyStore.KeyRow> identity = orFirst(IDENTITY);
        var key = new Hmac(master.open(IDENTITY, identity.getFirst().sealed()));
        return new KeyState(key, ring(SESSION), ring(FIRMWARE));
    }

    private KeySet ring(String purpose) {
        var keys = new ArrayList<SigningKey>();
        for (KeyStore.KeyRow row : orFirst(purpose)) {
            var hmac = new Hmac(master.open(purpose, row.sealed()));
            keys.add(
                    new SigningKey(
                            row.id(),
                            hmac,
                            row.current(),
                            row.revoked(),
                            row.retiredAt(),
                            row.ofPair()));
        }
        SigningKey current = keys.stream().filter(SigningKey::current).findFirst().orElseThrow();
        return new KeySet(List.copyOf(keys), current);
    }

    private List<KeyStore.KeyRow> orFirst(String purpose) {
        List<KeyStore.KeyRow> rows = database.read(Plane.CONSOLE, tx -> KeyStore.all(tx, purpose));
        if (rows.stream().anyMatch(KeyStore.KeyRow::current)) {
            return rows;
        }
        // Two nodes may start at once: the unique index lets one key win.
        database.run(Plane.CONSOLE, tx -> KeyStore.insert(tx, fresh(purpose)));
        return database.read(Plane.CONSOLE, tx -> KeyStore.all(tx, purpose));
    }

    private KeyStore.KeyRow fresh(String purpose) {
        byte[] id = new byte[4];
        byte[] key = new byte[32];
        RANDOM.nextBytes(id);
        RANDOM.nextBytes(key);
        String name = java.util.HexFormat.of().formatHex(id);
        String sealed = master.seal(purpose, key);
        return new KeyStore.KeyRow(name, purpose, sealed, clock.millis(), true, false, 0, true);
    }
}
