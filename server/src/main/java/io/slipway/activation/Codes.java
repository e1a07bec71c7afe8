package io.slipway.activation;

import io.slipway.cluster.ClusterClock;
import io.slipway.device.Devices;
import io.slipway.device.Pair;
import io.slipway.http.Problem;
import io.slipway.protocol.ota.CheckIn;
import io.slipway.sql.Chunks;
import io.slipway.sql.Database;
import io.slipway.sql.Ids;
import io.slipway.sql.Plane;
import io.slipway.sql.Tx;
import io.slipway.text.Digits;
import io.slipway.work.Listeners;
import io.slipway.work.Origin;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Consumer;

/**
 * Issues activation codes (decisions D2): random, unique, one per pair, bounded in number, alive
 * while the pair keeps asking. Thread-safe.
 */
final class Codes {

    /**
     * If live codes fill more than one in this many of the possible ones, guessing is too easy: one
     * more digit.
     */
    private static final int SPARSE = 100_000;

    static final int MIN_DIGITS = 6;

    /** Extra digits that are generated along with a code. */
    static final int TAIL = 5;

    private static final int MAX_DIGITS = 12;
    private static final int TRIES = 8;

    /**
     * The maximum of dead codes stored: a day's worth would fill the disk if someone made up pairs.
     */
    private static final int MAX_DEAD = 1_000_000;

    /** A device with a key may prove itself for this long before it gets a code to speak. */
    private static final long QUIET = Activation.MINUTE;

    private static final int CHUNK = 500;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final long[] POWERS = powers();

    private final Database database;
    private final Ids ids;
    private final ClusterClock clock;
    private final ActivationConfig config;
    private final CodeCipher cipher;
    private final CodeRate rate;
    private volatile String fullest = "";
    private final AtomicLongArray liveByLength = new AtomicLongArray(MAX_DIGITS + 1);
    private final Object lock = new Object();
    private Set<Long> askedSinceFlush = new HashSet<>();
    private final Listeners<Consumer<String>> changed = new Listeners<>("a code came or went");

    Codes(
            Database database,
            Ids ids,
            ClusterClock clock,
            ActivationConfig config,
            CodeCipher cipher) {
        this.database = database;
        this.ids = ids;
        this.clock = clock;
        this.config = config;
        this.cipher = cipher;
        this.rate = new CodeRate(config.burst(), config.perSecond());
    }

    CodeRate rate() {
        return rate;
    }

    /** See {@link Activations#whenWaiting}; gets the address as it is stored. */
    void whenChanged(Consumer<String> listener) {
        changed.add(listener);
    }

    private void changed(Tx tx, String network) {
        tx.afterCommit(() -> changed.tell(listener -> listener.accept(network)));
    }

    /** A code that was issued, with what the device shows and signs. */
    record IssuedCode(Activation activation, Activation.ShownCode shown) {}

    /** What a device shows and signs. */
    Activation.ShownCode shown(Activation activation) {
        return cipher.open(activation.code());
    }

    IssuedCode issued(Activation activation) {
        return new IssuedCode(activation, shown(activation));
    }

    /** The live code with these digits. */
    Optional<Activation> find(Tx tx, String digits) {
        return ActivationStore.ofCode(tx, cipher.hash(digits)).filter(this::alive);
    }

    /** Whether a code was used, replaced or expired since then. */
    boolean diedSince(Tx tx, String digits, long since) {
        return ActivationStore.diedSince(tx, cipher.hash(digits), since);
    }

    /** Seals the codes of a version that did not; at the start, before any is looked for. */
    void sealOld() {
        Chunks.delete(
                database,
                (tx, limit) -> {
                    var bare = ActivationStore.bare(tx, limit);
                    ActivationStore.seal(tx, bare, code -> cipher.seal(code, 0));
                    return bare.size();
                });
    }

    /** Whether a code still works. */
    boolean alive(Activation activation) {
        return alive(activation.createdAt(), activation.askedAt());
    }

    // A creation time in the future is from a clock that was ahead, and must not keep the code
    // alive until then; decided once it is clear which of the two times is right.
    private boolean alive(long createdAt, long askedAt) {
        return Activation.alive(createdAt, askedAt, clock.silenceMillis())
                && (createdAt <= clock.millis() + Activation.DAY || !clock.steady());
    }

    /** The pair's code if it is alive; records that the pair asked. */
    Optional<Activation> asks(Tx tx, Pair pair) {
        long now = clock.millis();
        Optional<Activation> found = HotActivationStore.ofPair(tx, pair.key()).filter(this::alive);
        found.ifPresent(a -> note(a.id(), a.askedAt(), now));
        return found;
    }

    /**
     * Records that a pair asked, if its code is alive; reads no more than necessary.
     *
     * @return the id of one that is quiet, for which that was the wrong answer; 0 otherwise
     */
    long asksAgain(Tx tx, Pair pair) {
        long now = clock.millis();
        var life =
                HotActivationStore.lifeOf(tx, pair.key())
                        .filter(found -> alive(found.createdAt(), found.askedAt()));
        life.ifPresent(found -> note(found.id(), found.askedAt(), now));
        return life.filter(found -> now < found.quietUntil())
                .map(HotActivationStore.CodeLife::id)
                .orElse(0L);
    }

    private void note(long id, long before, long now) {
        // A time in the future is from a clock that was ahead.
        if (Math.abs(now - before) < Activation.ASK_GRAIN) {
            return;
        }
        synchronized (lock) {
            askedSinceFlush.add(id);
        }
    }

    /**
     * The pair's code, issued if necessary; empty if the limits are reached (decisions D2).
     *
     * @param from the network that it asks from, as stored
     * @param origin the client address as used by limits
     * @param serial that it reports; may be empty
     * @param quiet whether a new code is withheld for a while
     */
    Optional<IssuedCode> give(
            Tx tx,
            Pair pair,
            CheckIn checkIn,
            String from,
            Origin origin,
            String serial,
            boolean quiet) {
        long now = clock.millis();
        Optional<Activation> before = HotActivationStore.ofPair(tx, pair.key());
        int freed = 0;
        if (before.isPresent()) {
            if (alive(before.get())) {
                Activation known = before.get().with(checkIn);
                HotActivationStore.describe(tx, known);
                return Optional.of(issued(known));
            }
            // Its slot counts as free only once this transaction is durable.
            freed = end(tx, before.get().id()) ? 1 : 0;
        }
        if (!rate.allows(pair, origin, now) || !room(tx, freed)) {
            return Optional.empty();
        }
        for (int attempt = 0; attempt < TRIES; attempt++) {
            IssuedCode made = made(pair, checkIn, from, serial, quiet, now, attempt / 4);
            if (HotActivationStore.insert(tx, made.activation())) {
                // At once, so that the next code in this transaction counts it. If it is rolled
                // back, codes are longer than necessary until the next count.
                liveByLength.incrementAndGet(made.shown().digits().length());
                changed(tx, from);
                return Optional.of(made);
            }
            // Either the code is taken, or the same pair asked twice at once and the other request
            // won.
            Optional<Activation> other = HotActivationStore.ofPair(tx, pair.key());
            if (other.isPresent()) {
                return other.map(this::issued);
            }
        }
        return Optional.empty();
    }

    private IssuedCode made(
            Pair pair,
            CheckIn checkIn,
            String from,
            String serial,
            boolean quiet,
            long now,
            int moreDigits) {
        var shown = new Activation.ShownCode(code(digits() + moreDigits), code(TAIL), challenge());
        var activation =
                new Activation(
                        ids.next(),
                        pair,
                        cipher.seal(shown, quiet ? now + QUIET : 0),
                        from,
                        Devices.LastReport.of(checkIn),
                        serial,
                        now,
                        now);
        return new IssuedCode(activation, shown);
    }

    // If there is no room, the network with the most codes loses its oldest: nobody else loses any.
    private boolean room(Tx tx, int freed) {
        if (live() - freed < config.maxCodes()) {
            return true;
        }
        String network = fullest;
        return !network.isEmpty()
                && ActivationStore.oldestOf(tx, network).filter(id -> end(tx, id)).isPresent();
    }

    /** Ends a code permanently; false if it was already dead. */
    boolean end(Tx tx, long id) {
        return ended(tx, ActivationStore.kill(tx, id, clock.millis()));
    }

    /** Ends a pair's code if it has one. */
    void endOf(Tx tx, String pairKey) {
        ended(tx, HotActivationStore.killOf(tx, pairKey, clock.millis()));
    }

    private boolean ended(Tx tx, Optional<ActivationStore.EndedCode> code) {
        if (code.isPresent()) {
            tx.afterCommit(() -> liveByLength.decrementAndGet(code.get().digits()));
            changed(tx, code.get().network());
        }
        return code.isPresent();
    }

    private long live() {
        long sum = 0;
        for (int digits = 0; digits <= MAX_DIGITS; digits++) {
            sum += liveByLength.get(digits);
        }
        return sum;
    }

    /** How many codes of a length are alive. */
    long live(int digits) {
        return digits > MAX_DIGITS ? 0 : Math.max(0, liveByLength.get(digits));
    }

    /** A new nonce. */
    static String challenge() {
        byte[] bytes = new byte[18];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private int digits() {
        long live = live();
        int digits = MIN_DIGITS;
        while (digits < MAX_DIGITS - 1 && live > POWERS[digits] / SPARSE) {
            digits++;
        }
        return digits;
    }

    private static String code(int digits) {
        String number = Long.toString(RANDOM.nextLong(POWERS[digits]));
        return "0".repeat(digits - number.length()) + number;
    }

    private static long[] powers() {
        long[] powers = new long[MAX_DIGITS + 1];
        powers[0] = 1;
        for (int i = 1; i < powers.length; i++) {
            powers[i] = powers[i - 1] * 10;
        }
        return powers;
    }

    /** Writes which pairs asked since the last time. */
    void flushAsked() {
        List<Long> batch;
        synchronized (lock) {
            batch = new ArrayList<>(askedSinceFlush);
            askedSinceFlush = new HashSet<>();
        }
        batch.sort(null);
        long now = clock.millis();
        for (int from = 0; from < batch.size(); from += CHUNK) {
            var chunk = batch.subList(from, Math.min(batch.size(), from + CHUNK));
            database.run(Plane.BACKGROUND, tx -> ActivationStore.setAskedAt(tx, chunk, now));
        }
    }

    /** Ends silent codes, deletes those dead for a day, and recounts the live ones. */
    void clean() {
        long now = clock.millis();
        long silent = Activation.silentSince(clock.silenceMillis());
        Chunks.delete(database, (tx, limit) -> ActivationStore.expire(tx, silent, now, limit));
        if (clock.steady()) {
            long ahead = now + Activation.DAY;
            Chunks.delete(
                    database, (tx, limit) -> ActivationStore.expireAhead(tx, ahead, now, limit));
        }
        long oldest =
                database.read(
                        Plane.BACKGROUND,
                        tx -> ActivationStore.diedBeforeNewest(tx, MAX_DEAD).orElse(0L));
        long before = Math.max(oldest, now - Activation.DAY);
        Chunks.delete(database, (tx, limit) -> ActivationStore.forget(tx, before, limit));
        Map<Integer, Long> counts = database.read(Plane.BACKGROUND, ActivationStore::liveByLength);
        for (int digits = 0; digits <= MAX_DIGITS; digits++) {
            liveByLength.set(digits, counts.getOrDefault(digits, 0L));
        }
        if (live() >= config.maxCodes() - config.maxCodes() / 10) {
            fullest = database.read(Plane.BACKGROUND, ActivationStore::fullest).orElse("");
        }
    }

    /** The digits that a person typed; or a {@link Problem} 400. */
    static String wellFormed(String code) {
        String digits = Digits.typed(code);
        if (!digits.matches("[0-9]{6,17}")) {
            throw Problem.field("deviceCode", "激活码是 6 位数字", "the code has 6 digits");
        }
        return digits;
    }

    /** The error for a code that was valid a while ago. */
    static Problem former() {
        return new Problem(
                400,
                "这个激活码已失效，请输入设备现在显示的激活码",
                "This code is no longer valid: enter the one that the device shows now",
                Map.of("former", true));
    }

    /** The error for an unknown code while short ones are guarded. */
    static Problem wrongWhileGuarded() {
        return new Problem(
                400,
                "激活码无效或已使用。请输入设备现在显示的全部数字（多出 5 位），没有显示就重启设备",
                "The code is wrong or already used. Enter all digits that the device shows now"
                        + " (five more than usual); if it shows none, restart it",
                Map.of("long", true));
    }

    /** The error for an unknown code. */
    static Problem wrong() {
        return new Problem(400, "激活码无效或已使用", "The code is wrong or already used");
    }
}
