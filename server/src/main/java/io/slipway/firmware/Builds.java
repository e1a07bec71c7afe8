package io.slipway.firmware;

import io.slipway.account.Accounts;
import io.slipway.account.Audit;
import io.slipway.account.Caller;
import io.slipway.cluster.Bus;
import io.slipway.cluster.Topic;
import io.slipway.http.Problem;
import io.slipway.protocol.firmware.AppImage;
import io.slipway.sql.Database;
import io.slipway.sql.Ids;
import io.slipway.sql.Plane;
import io.slipway.sql.Tx;
import io.slipway.text.Sentence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The builds' use cases. An account sees its own builds and those of administrators, and changes
 * its own; an administrator sees and changes all. Any other build is treated as nonexistent.
 * Thread-safe; calls block.
 */
public final class Builds {

    /** The maximum number of ids in {@link #sameVersion}. */
    public static final int MAX_SAME_VERSION = 20;

    /**
     * @param name see {@link Build.Details#channel}
     * @param builds how many of its builds the caller may see
     */
    public record Channel(String name, long builds) {}

    private static final Topic<String> CHANGED = Topic.text("build-changed");
    private static final Logger LOG = LoggerFactory.getLogger(Builds.class);

    /** The server itself, as named in the audit. */
    private static final Caller SERVER = new Caller("", "slipway", true, true, "");

    private final Database database;
    private final Ids ids;
    private final InstantSource clock;
    private final Accounts accounts;
    private final Audit audit;
    private final Bus bus;
    private final Supplier<FirmwareConfig> config;
    private final HomeAddresses home;
    private final ImageInspector inspector;
    private final BlobStore blobs;
    private final ImageLock imageLock;
    private final Runnable full;
    private final BuildCache cache = new BuildCache();
    private final List<BiPredicate<Tx, String>> users = new CopyOnWriteArrayList<>();

    /**
     * @param full runs whenever an account has as many builds as it may
     */
    Builds(
            FirmwareModule.Needs needs,
            Supplier<FirmwareConfig> config,
            ImageInspector inspector,
            BlobStore blobs,
            Runnable full) {
        this.full = full;
        this.database = needs.base().database();
        this.ids = needs.base().ids();
        this.clock = needs.base().clock();
        this.accounts = needs.access().accounts();
        this.audit = needs.access().audit();
        this.bus = needs.base().bus();
        this.home = needs.home();
        this.config = config;
        this.inspector = inspector;
        this.blobs = blobs;
        this.imageLock = new ImageLock(database, ids, clock);
        bus.onOthers(CHANGED, cache::forget);
        bus.onGap(() -> cache.forget(null));
    }

    /** Registers a check whether a build, by its id, is in use: if so, it can't be changed. */
    public void inUse(BiPredicate<Tx, String> user) {
        users.add(user);
    }

    private boolean used(Tx tx, String id) {
        return users.stream().anyMatch(user -> user.test(tx, id));
    }

    /** A build of any account. */
    public Optional<Build> find(Tx tx, String id) {
        return BuildStore.find(tx, id);
    }

    /**
     * Like {@link #find}; it can't be deleted or changed until this transaction ends. For callers
     * that are about to use it.
     */
    public Optional<Build> lock(Tx tx, String id) {
        return BuildStore.lock(tx, id);
    }

    /**
     * A build that the caller may see.
     *
     * @throws Problem 404
     */
    public Build require(Tx tx, Caller caller, String id) {
        return find(tx, id).filter(build -> sees(caller, build)).orElseThrow(Builds::notFound);
    }

    /** Like {@link #require(Tx, Caller, String)}, in its own transaction. */
    public Build require(Caller caller, String id) {
        return database.read(Plane.CONSOLE, tx -> require(tx, caller, id));
    }

    /** A build of any account; cached. */
    public Optional<Build> get(String id) {
        return cache.get(id, () -> database.read(Plane.DEVICE, tx -> find(tx, id)));
    }

    /** Whether the caller may see and use a build. */
    public static boolean sees(Caller caller, Build build) {
        return caller.admin() || build.upload().common() || owns(caller, build);
    }

    /** Whether the caller may change a build. */
    public static boolean owns(Caller caller, Build build) {
        return caller.admin() || build.upload().accountId().equals(caller.accountId());
    }

    /**
     * The builds that the caller may see, newest first.
     *
     * @param after the id of the last one of the previous page; null for the first page
     */
    public List<Build> page(Caller caller, BuildQuery query, @Nullable String after, int limit) {
        String before = after == null ? BuildStore.TOP : after;
        return database.read(
                Plane.CONSOLE,
                tx ->
                        BuildStore.page(
                                tx, caller.accountId(), caller.admin(), query, before, limit));
    }

    /**
     * For each of the given builds, by its id, the ids of others visible to the caller with the
     * same version but another ELF: devices can't distinguish them. At most {@link
     * #MAX_SAME_VERSION} each.
     */
    public Map<String, List<String>> sameVersion(Caller caller, List<Build> some) {
        return database.read(
                Plane.CONSOLE,
                tx -> {
                    var others = new HashMap<String, List<String>>();
                    for (Build build : some) {
                        others.put(build.id(), sameVersion(tx, caller, build));
                    }
                    return others;
                });
    }

    private static List<String> sameVersion(Tx tx, Caller caller, Build build) {
        return BuildStore.sameVersion(
                tx, caller.accountId(), caller.admin(), build, MAX_SAME_VERSION);
    }

    /** The channels of the builds that the caller may see. */
    public List<Channel> channels(Caller caller) {
        return database.read(
                Plane.CONSOLE, tx -> BuildStore.channels(tx, caller.accountId(), caller.admin()));
    }

    /** The ids of all builds in quarantine. */
    public Set<String> quarantined(Tx tx) {
        return BuildStore.quarantined(tx);
    }

    /**
     * Adds the image of an uploaded file. On any failure nothing of it is stored.
     *
     * @param upload an application image, a merged image or a zip with either; is not moved or
     *     deleted. What is cut out is written next to it, and deleted
     * @throws Problem 400 with {@code reason} when devices can't have it, 409 with {@code id} when
     *     the account has this file or this version and ELF already, 409 when it has too many, 503
     *     when it can't be stored
     */
    public UploadedBuild add(Caller caller, Path upload, BuildChanges changes) {
        // Begins like the upload, so that it is deleted with it if this process ends first.
        Path cutOut = upload.resolveSibling(upload.getFileName() + ".image");
        try {
            ImageInspector.Inspected inspected = inspector.inspect(upload, cutOut);
            AppImage read = inspected.image();
            Build.ImageFacts facts = Build.ImageFacts.of(read);
            boolean leadsHome = home.isAmong(read.addresses(), caller.accountId());
            Build build = made(caller, facts, leadsHome, changes);
            database.read(Plane.CONSOLE, tx -> admitted(tx, caller, build));
            var uploaded = new UploadedBuild(build, inspected.extraction());
            Path image = inspected.extraction() == null ? upload : cutOut;
            imageLock.run(facts.file().sha256(), () -> store(caller, image, uploaded));
            return uploaded;
        } finally {
            delete(cutOut);
        }
    }

    private static void delete(Path cutOut) {
        try {
            Files.deleteIfExists(cutOut);
        } catch (IOException e) {
            LOG.warn("{} could not be deleted: {}", cutOut, e.toString());
        }
    }

    private Build made(
            Caller caller, Build.ImageFacts facts, boolean leadsHome, BuildChanges changes) {
        long now = clock.millis();
        var upload = new Build.Upload(caller.accountId(), caller.admin(), leadsHome, now);
        var bare = new Build(ids.hex(), upload, facts, Build.Details.of(facts), null, now);
        return checked(bare.with(changes, now));
    }

    // A floor that is not below the build's version would have no effect.
    private static Build checked(Build build) {
        if (!build.details().floors().stream().allMatch(build.version()::isNewerThan)) {
            throw Problem.field("floors", "应低于固件版本", "must be below the build's version");
        }
        return build;
    }

    private boolean admitted(Tx tx, Caller caller, Build build) {
        Optional<String> same = BuildStore.duplicate(tx, caller.accountId(), build.facts());
        if (same.isPresent()) {
            throw new Problem(
                    409,
                    "这个固件已经上传过",
                    "This build has already been uploaded",
                    Map.of("reason", "DUPLICATE", "id", same.get()));
        }
        int most = config.get().perAccount();
        if (!caller.admin() && BuildStore.count(tx, caller.accountId()) >= most) {
            full.run();
            throw new Problem(
                    409, "每个账号最多 " + most + " 个固件", "At most " + most + " builds per account");
        }
        return true;
    }

    private void store(Caller caller, Path image, UploadedBuild uploaded) {
        Build build = uploaded.build();
        Sentence told = uploaded.told();
        String detail = named(build) + (told == null ? "" : ": " + told.en());
        try {
            blobs.put(build.sha256(), image, build.size());
        } catch (IOException e) {
            throw unavailable(e);
        }
        try {
            database.run(
                    Plane.CONSOLE,
                    tx -> {
                        accounts.lock(tx, caller.accountId());
                        admitted(tx, caller, build);
                        BuildStore.insert(tx, build);
                        audit.record(tx, caller, "build.add", build.id(), detail);
                    });
        } catch (RuntimeException e) {
            forget(build.sha256());
            throw e;
        }
    }

    /**
     * Changes what people can change.
     *
     * @throws Problem 404; 409 if it would change which devices may have a build that is in use
     */
    public Build edit(Caller caller, String id, BuildChanges changes) {
        long now = clock.millis();
        return database.write(
                Plane.CONSOLE,
                tx -> {
                    Build before = own(tx, caller, id);
                    Build after = checked(before.with(changes, now));
                    if (changes.affectDevices() && used(tx, id)) {
                        throw inUse();
                    }
                    BuildStore.update(tx, after);
                    audit.record(tx, caller, "build.edit", id, changes.names());
                    changed(tx, id);
                    return after;
                });
    }

    /**
     * Deletes a build and, unless another account has the same one, its file.
     *
     * @throws Problem 404; 409 if it is in use
     */
    public void delete(Caller caller, String id) {
        String sha256 = require(caller, id).sha256();
        imageLock.run(
                sha256,
                () -> {
                    database.run(
                            Plane.CONSOLE,
                            tx -> {
                                Build build = own(tx, caller, id);
                                if (used(tx, id)) {
                                    throw inUse();
                                }
                                BuildStore.delete(tx, id);
                                audit.record(tx, caller, "build.delete", id, named(build));
                                changed(tx, id);
                            });
                    forget(sha256);
                });
    }

    // Only while nobody else can store it: see ImageLock. Leftovers are reported at the next start.
    private void forget(String sha256) {
        try {
            if (!database.read(Plane.CONSOLE, tx -> BuildStore.usesImage(tx, sha256))) {
                blobs.delete(sha256);
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("the image {} could not be deleted: {}", sha256, e.toString());
        }
    }

    /**
     * Puts a build into quarantine.
     *
     * @param reason 1 to {@link Build.Quarantine#MAX_REASON} characters
     * @throws Problem 404
     */
    public Build quarantine(Caller caller, String id, String reason) {
        return database.write(
                Plane.CONSOLE,
                tx -> {
                    own(tx, caller, id);
                    quarantine(tx, caller, id, reason);
                    return find(tx, id).orElseThrow(Builds::notFound);
                });
    }

    /**
     * Like {@link #quarantine(Caller, String, String)}, by the server itself; a reason that is too
     * long is cut; does nothing if the build is already in quarantine or doesn't exist.
     */
    public void quarantine(Tx tx, String id, String reason) {
        int most = Build.Quarantine.MAX_REASON;
        quarantine(tx, SERVER, id, reason.length() > most ? reason.substring(0, most) : reason);
    }

    private void quarantine(Tx tx, Caller caller, String id, String reason) {
        var why = new Build.Quarantine(reason, caller.accountId(), clock.millis());
        if (BuildStore.quarantine(tx, id, why)) {
            audit.record(tx, caller, "build.quarantine", id, reason);
            changed(tx, id);
        }
    }

    /**
     * Ends a quarantine.
     *
     * @throws Problem 404
     */
    public Build clear(Caller caller, String id) {
        long now = clock.millis();
        return database.write(
                Plane.CONSOLE,
                tx -> {
                    Build before = own(tx, caller, id);
                    if (BuildStore.clear(tx, id, now)) {
                        Build.Quarantine was = before.quarantine();
                        String reason = was == null ? "" : was.reason();
                        audit.record(tx, caller, "build.clear", id, reason);
                        changed(tx, id);
                    }
                    return find(tx, id).orElseThrow(Builds::notFound);
                });
    }

    /**
     * Like {@link #lock}, for a caller who is about to change it.
     *
     * @throws Problem 404 unless the caller may see it; 403 unless the caller may change it
     */
    Build own(Tx tx, Caller caller, String id) {
        Build build =
                lock(tx, id).filter(found -> sees(caller, found)).orElseThrow(Builds::notFound);
        if (!owns(caller, build)) {
            throw new Problem(403, "只有管理员可以修改公共固件", "Only administrators may change shared builds");
        }
        return build;
    }

    /** Something that belongs to a build has changed. */
    Build touch(Tx tx, Build build, long now) {
        Build after = build.with(BuildChanges.NONE, now);
        BuildStore.update(tx, after);
        changed(tx, build.id());
        return after;
    }

    private void changed(Tx tx, String id) {
        bus.send(tx, CHANGED, id);
        tx.afterCommit(() -> cache.forget(id));
    }

    private static String named(Build build) {
        return build.version() + " " + build.facts().chips().model() + " " + build.elf();
    }

    private static Problem inUse() {
        return new Problem(409, "有升级任务正在使用这个固件", "This build is used by a rollout");
    }

    private static Problem notFound() {
        return Problem.notFound("固件不存在", "No such build");
    }

    static Problem unavailable(IOException e) {
        LOG.warn("the image store failed: {}", e.toString());
        return new Problem(
                503,
                "固件存储暂时不可用，请稍后再试",
                "The image store is temporarily unavailable; try again later");
    }
}
