package io.slipway.firmware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.slipway.account.Caller;
import io.slipway.http.Problem;
import io.slipway.http.governor.EdgeLimit;
import io.slipway.protocol.FirmwareVersion;
import io.slipway.protocol.firmware.Chip;
import io.slipway.protocol.firmware.ImageSignature;
import io.slipway.protocol.firmware.ImageWriter;
import io.slipway.sql.DatabaseConfig;
import io.slipway.sql.Plane;
import io.slipway.sql.TestEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(TestEngine.class)
class BuildsTest {

    @Parameter TestEngine engine;
    @TempDir Path folder;
    private DatabaseConfig on;
    private FirmwareFixture depot;
    private Builds builds;
    private Caller admin;
    private Caller alice;
    private Caller bob;

    @BeforeEach
    void open() {
        on = engine.config(folder);
        depot = new FirmwareFixture(on, folder, null);
        builds = depot.builds();
        admin = depot.login("root", true).caller();
        alice = depot.login("alice", false).caller();
        bob = depot.login("bob", false).caller();
    }

    @AfterEach
    void close() {
        depot.close();
    }

    private static FirmwareVersion version(String text) {
        return FirmwareVersion.parse(text).orElseThrow();
    }

    private static Problem problem(int code, ThrowingCallable call) {
        Problem problem = catchThrowableOfType(Problem.class, call);
        assertThat(problem).isNotNull();
        assertThat(problem.code()).isEqualTo(code);
        return problem;
    }

    private Build add(Caller caller, String version) {
        return depot.add(caller, FirmwareFixture.image(version), BuildChanges.NONE);
    }

    private List<String> page(Caller caller, BuildQuery query) {
        return builds.page(caller, query, null, 100).stream()
                .map(build -> build.version().toString())
                .toList();
    }

    @Test
    void whatWasReadAndSaidIsStored() {
        var image =
                new ImageWriter(Chip.ESP32C3)
                        .version("2.04.1")
                        .project("小智")
                        .idfVersion("v5.5")
                        .compiled("Aug  6 2026", "12:34:56")
                        .revisions(3, 199)
                        .size(50_000)
                        .hash(false);
        var boards = List.of(new Board("Bread-Compact", List.of("bread", "面包板")));
        var floors = List.of(version("1.6.0"), version("2.0"));
        Build made =
                depot.add(
                        alice, image, new BuildChanges(boards, Scheme.V1, floors, "修复\n", "beta"));
        Build read =
                depot.database.read(Plane.CONSOLE, tx -> builds.find(tx, made.id())).orElseThrow();
        assertThat(read).isEqualTo(made);
        assertThat(read.version().toString()).isEqualTo("2.04.1");
        assertThat(read.facts().chips().model()).isEqualTo("esp32c3");
        assertThat(read.facts().project()).isEqualTo("小智");
        assertThat(read.facts().compilation().idfVersion()).isEqualTo("v5.5");
        assertThat(read.facts().compilation().compileTime()).isEqualTo("Aug  6 2026T12:34:56Z");
        assertThat(read.facts().chips().minRevision()).isEqualTo(3);
        assertThat(read.facts().chips().maxRevision()).isEqualTo(199);
        assertThat(read.facts().file().hashAppended()).isFalse();
        assertThat(read.facts().file().signature()).isEqualTo(ImageSignature.NONE);
        assertThat(read.size()).isEqualTo(image.bytes().length);
        assertThat(read.boardNames())
                .isEqualTo(
                        Map.of(
                                "bread-compact", "Bread-Compact",
                                "bread", "Bread-Compact",
                                "面包板", "Bread-Compact"));
        assertThat(read.upload().common()).isFalse();
        assertThat(depot.images.resolve(made.sha256() + ".bin")).hasBinaryContent(image.bytes());
    }

    @Test
    void theImageSaysWhichLayoutItIsFor() {
        assertThat(add(alice, "1.9.9").details().scheme()).isEqualTo(Scheme.V1);
        assertThat(add(alice, "2").details().scheme()).isEqualTo(Scheme.V2);
        assertThat(add(alice, "2.0.0").details().scheme()).isEqualTo(Scheme.V2);
        Build other =
                depot.add(alice, FirmwareFixture.image("1.0").project("clock"), BuildChanges.NONE);
        assertThat(other.details().scheme()).isEqualTo(Scheme.ANY);
        assertThat(other.facts().chips().maxRevision()).isEqualTo(199);
        var open = FirmwareFixture.image("3.0").revisions(0, 0xffff);
        assertThat(depot.add(alice, open, BuildChanges.NONE).facts().chips().maxRevision())
                .isZero();
    }

    @Test
    void oneSeesOnesOwnAndTheCommonOnes() {
        Build common = add(admin, "2.0.0");
        Build mine = add(alice, "2.0.1");
        Build theirs = add(bob, "2.0.2");
        assertThat(common.upload().common()).isTrue();
        assertThat(page(alice, BuildQuery.ANY)).containsExactly("2.0.1", "2.0.0");
        assertThat(page(bob, BuildQuery.ANY)).containsExactly("2.0.2", "2.0.0");
        assertThat(page(admin, BuildQuery.ANY)).containsExactly("2.0.2", "2.0.1", "2.0.0");
        assertThat(builds.require(alice, common.id())).isEqualTo(common);
        assertThat(builds.require(admin, mine.id())).isEqualTo(mine);
        problem(404, () -> builds.require(alice, theirs.id()));
        var said = new BuildChanges(null, null, null, "x", null);
        problem(404, () -> builds.edit(alice, theirs.id(), said));
        problem(404, () -> builds.delete(alice, theirs.id()));
        problem(404, () -> builds.quarantine(alice, theirs.id(), "x"));
        problem(404, () -> builds.clear(alice, theirs.id()));
        problem(403, () -> builds.edit(alice, common.id(), said));
        problem(403, () -> builds.delete(alice, common.id()));
        problem(403, () -> builds.quarantine(alice, common.id(), "x"));
        assertThat(builds.edit(admin, mine.id(), said).details().notes()).isEqualTo("x");
        assertThat(depot.all()).hasSize(3);
    }

    @Test
    void listsAreFilteredAndPaged() {
        depot.add(
                admin,
                FirmwareFixture.image("2.1.0"),
                new BuildChanges(
                        List.of(new Board("Kevin-Box", List.of("kevin"))), null, null, null, "a"));
        depot.add(
                admin,
                new ImageWriter(Chip.ESP32C3).version("2.10.0"),
                new BuildChanges(List.of(new Board("c3_%", List.of())), null, null, null, "b"));
        Build third = add(admin, "12.1");
        assertThat(page(alice, new BuildQuery("2.1", null, null, null, null)))
                .containsExactly("2.10.0", "2.1.0");
        assertThat(page(alice, new BuildQuery("2.1.", null, null, null, null)))
                .containsExactly("2.1.0");
        assertThat(page(alice, new BuildQuery("%", null, null, null, null))).isEmpty();
        assertThat(page(alice, new BuildQuery(null, "b", null, null, null)))
                .containsExactly("2.10.0");
        assertThat(page(alice, new BuildQuery(null, null, "KEVIN", null, null)))
                .containsExactly("2.1.0");
        assertThat(page(alice, new BuildQuery(null, null, "C3_%", null, null)))
                .containsExactly("2.10.0");
        assertThat(page(alice, new BuildQuery(null, null, "c3__", null, null))).isEmpty();
        assertThat(page(alice, new BuildQuery("2", "b", null, "esp32c3", false)))
                .containsExactly("2.10.0");
        builds.quarantine(admin, third.id(), "loops");
        assertThat(page(alice, new BuildQuery(null, null, null, null, true)))
                .containsExactly("12.1");
        assertThat(page(alice, new BuildQuery(null, null, null, null, false))).hasSize(2);
        List<Build> first = builds.page(alice, BuildQuery.ANY, null, 2);
        assertThat(first).hasSize(2);
        assertThat(builds.page(alice, BuildQuery.ANY, first.getLast().id(), 2)).hasSize(1);
        assertThat(builds.channels(alice))
                .containsExactly(new Builds.Channel("a", 1), new Builds.Channel("b", 1));
        assertThat(builds.channels(bob)).hasSize(2);
    }

    @Test
    void theSameAgainIsRefusedAndNamed() {
        Build first = add(alice, "2.0.0");
        Problem again = problem(409, () -> add(alice, "2.0.0"));
        assertThat(again.data()).containsEntry("id", first.id());
        // The same ELF in another file: built without a hash, say.
        var twin = FirmwareFixture.image("2.0.0").elfSha256(first.elf()).hash(false);
        Problem same = problem(409, () -> depot.add(alice, twin, BuildChanges.NONE));
        assertThat(same.data()).containsEntry("id", first.id());
        assertThat(FirmwareFixture.names(depot.images)).containsExactly(first.sha256() + ".bin");
        assertThat(depot.all()).hasSize(1);
    }

    @Test
    void anotherElfOfTheSameVersionIsShownAsWhatItIs() {
        Build first = add(alice, "2.4.0");
        Build second = depot.add(alice, FirmwareFixture.image("2.04.0").seed(9), BuildChanges.NONE);
        Build common = depot.add(admin, FirmwareFixture.image("2.4.0").seed(10), BuildChanges.NONE);
        Build theirs = depot.add(bob, FirmwareFixture.image("2.4.0").seed(11), BuildChanges.NONE);
        add(alice, "2.4");
        var same = builds.sameVersion(alice, List.of(first, second));
        assertThat(same.get(first.id())).containsExactly(second.id(), common.id());
        assertThat(same.get(second.id())).containsExactly(first.id(), common.id());
        assertThat(builds.sameVersion(admin, List.of(theirs)).get(theirs.id()))
                .containsExactly(first.id(), second.id(), common.id());
        assertThat(builds.sameVersion(bob, List.of(theirs)).get(theirs.id()))
                .containsExactly(common.id());
    }

    @Test
    void twoAccountsShareAFileUntilBothHaveDeletedIt() {
        Build mine = add(alice, "2.0.0");
        Build theirs = add(bob, "2.0.0");
        assertThat(mine.sha256()).isEqualTo(theirs.sha256());
        builds.delete(alice, mine.id());
        assertThat(depot.images.resolve(mine.sha256() + ".bin")).exists();
        problem(404, () -> builds.require(alice, mine.id()));
        builds.delete(bob, theirs.id());
        assertThat(FirmwareFixture.names(depot.images)).isEmpty();
        assertThat(depot.all()).isEmpty();
        assertThat(add(alice, "2.0.0").id()).isNotEqualTo(mine.id());
    }

    @Test
    void aFloorIsBelowItsBuild() {
        var said = new BuildChanges(null, null, List.of(version("2.0.0")), null, null);
        problem(400, () -> depot.add(alice, FirmwareFixture.image("2.0.0"), said));
        assertThat(FirmwareFixture.names(depot.images)).isEmpty();
        Build build = add(alice, "2.0.0");
        problem(400, () -> builds.edit(alice, build.id(), said));
        var below = new BuildChanges(null, null, List.of(version("1.9")), null, null);
        assertThat(builds.edit(alice, build.id(), below).details().floors()).hasSize(1);
    }

    @Test
    void aBuildInUseKeepsItsDevicesAndStays() {
        Build build = add(alice, "2.0.0");
        var used = new AtomicBoolean(true);
        builds.inUse((tx, id) -> used.get() && id.equals(build.id()));
        var notes = new BuildChanges(null, null, null, "n", "stable");
        Build after = builds.edit(alice, build.id(), notes);
        assertThat(after.details().notes()).isEqualTo("n");
        assertThat(after.details().channel()).isEqualTo("stable");
        for (var said :
                List.of(
                        new BuildChanges(List.of(), null, null, null, null),
                        new BuildChanges(null, Scheme.ANY, null, null, null),
                        new BuildChanges(null, null, List.of(), null, null))) {
            problem(409, () -> builds.edit(alice, build.id(), said));
        }
        problem(409, () -> builds.delete(alice, build.id()));
        assertThat(builds.require(alice, build.id())).isEqualTo(after);
        assertThat(depot.images.resolve(build.sha256() + ".bin")).exists();
        used.set(false);
        var boards = List.of(new Board("x", List.of()));
        depot.clock.advance(Duration.ofSeconds(1));
        Build changed =
                builds.edit(alice, build.id(), new BuildChanges(boards, null, null, null, null));
        assertThat(changed.details().boards()).isEqualTo(boards);
        assertThat(changed.details().notes()).isEqualTo("n");
        assertThat(changed.updatedAt()).isEqualTo(depot.clock.millis());
        builds.delete(alice, build.id());
    }

    @Test
    void quarantineHoldsUntilSomebodyEndsIt() {
        Build build = add(alice, "2.0.0");
        Build held = builds.quarantine(alice, build.id(), "boot loop");
        assertThat(held.quarantine())
                .isEqualTo(
                        new Build.Quarantine("boot loop", alice.accountId(), depot.clock.millis()));
        assertThat(builds.quarantine(admin, build.id(), "again")).isEqualTo(held);
        assertThat(quarantined()).containsExactly(build.id());
        assertThat(builds.clear(alice, build.id()).quarantine()).isNull();
        assertThat(builds.clear(alice, build.id()).quarantine()).isNull();
        assertThat(quarantined()).isEmpty();
        depot.database.run(Plane.DEVICE, tx -> builds.quarantine(tx, build.id(), "gate"));
        assertThat(builds.require(alice, build.id()).quarantine())
                .isEqualTo(new Build.Quarantine("gate", "", depot.clock.millis()));
        long entries =
                depot.database.read(
                        Plane.CONSOLE,
                        tx ->
                                tx.handle()
                                        .createQuery(
                                                """
                                                SELECT count(*) FROM audit
                                                WHERE target = ? AND action IN ('build.add',
                                                  'build.quarantine', 'build.clear')\
                                                """)
                                        .bind(0, build.id())
                                        .mapTo(Long.class)
                                        .one());
        assertThat(entries).isEqualTo(4);
    }

    private java.util.Set<String> quarantined() {
        return depot.database.read(Plane.DEVICE, builds::quarantined);
    }

    @Test
    void anAccountHasSoManyAndAnAdministratorMore() {
        for (int i = 0; i < FirmwareFixture.PER_ACCOUNT; i++) {
            add(alice, "2.0." + i);
            add(admin, "2.0." + i);
        }
        problem(409, () -> add(alice, "2.1"));
        assertThat(depot.edge.governor().counted(EdgeLimit.ACCOUNT_BUILDS)).isOne();
        add(admin, "2.1");
        assertThat(FirmwareFixture.names(depot.images)).hasSize(FirmwareFixture.PER_ACCOUNT + 1);
    }

    @Test
    void sixtyFourAtOnceMakeOneBuildForEachAccount() throws Exception {
        byte[] image = FirmwareFixture.image("2.0.0").bytes();
        Path file = Files.write(folder.resolve("image"), image);
        var made = new ArrayList<Future<Object>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 64; i++) {
                Caller caller = i % 2 == 0 ? alice : bob;
                Callable<Object> call =
                        () -> {
                            try {
                                return builds.add(caller, file, BuildChanges.NONE).build();
                            } catch (Problem problem) {
                                return problem.code();
                            }
                        };
                made.add(threads.submit(call));
            }
        }
        int good = 0;
        for (Future<Object> each : made) {
            Object result = each.get();
            if (result instanceof Build) {
                good++;
            } else {
                assertThat(result).isIn(409, 503);
            }
        }
        assertThat(good).isEqualTo(2);
        assertThat(depot.all()).hasSize(2);
        assertThat(FirmwareFixture.names(depot.images)).hasSize(1);
    }

    /** A row always has its file, however uploads and deletions of one image interleave. */
    @Test
    void aFileIsNeverTakenFromUnderABuild() throws Exception {
        Path file = Files.write(folder.resolve("image"), FirmwareFixture.image("2.0.0").bytes());
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var done = new ArrayList<Future<Boolean>>();
            for (Caller caller : List.of(alice, bob, admin)) {
                done.add(
                        threads.submit(() -> {
                            for (int i = 0; i < 8; i++) {
                                Build build = builds.add(caller, file, BuildChanges.NONE).build();
                                assertThat(depot.images.resolve(build.sha256() + ".bin")).exists();
                                builds.delete(caller, build.id());
                            }
                            return true;
                        }));
            }
            for (Future<Boolean> each : done) {
                assertThat(each.get()).isTrue();
            }
        }
        assertThat(FirmwareFixture.names(depot.images)).isEmpty();
    }

    /** Killed after the file and before its row: the only cost is the time it is locked. */
    @Test
    void whatAKilledProcessLeftIsReportedAndCanBeUploadedAgain() throws Exception {
        Build model = add(alice, "2.0.0");
        builds.delete(alice, model.id());
        Path file = Files.write(folder.resolve("image"), FirmwareFixture.image("2.0.0").bytes());
        var images = new DirectoryBlobs(depot.images);
        images.put(model.sha256(), file, model.size());
        long now = depot.clock.millis();
        depot.database.run(
                Plane.CONSOLE,
                tx -> ImageLockStore.take(tx, model.sha256(), "dead", now, now + 720_000));
        depot.close();

        depot = new FirmwareFixture(on, folder, null, depot.clock, false);
        builds = depot.builds();
        var check = new StoreCheck(depot.database, depot.clock, images);
        if (on.postgres()) {
            // Another node may still be working on it: it is neither an orphan nor may it be
            // touched.
            assertThat(check.run().unused()).isEmpty();
            problem(503, () -> add(alice, "2.0.0"));
            depot.clock.advance(Duration.ofSeconds(721));
        }
        assertThat(check.run())
                .isEqualTo(new StoreCheck.StoreReport(1, 0, List.of(model.sha256()), List.of()));
        assertThat(add(alice, "2.0.0").sha256()).isEqualTo(model.sha256());
        assertThat(check.run()).isEqualTo(new StoreCheck.StoreReport(1, 1, List.of(), List.of()));
    }

    @Test
    void theCacheNeverShowsWhatWasChanged() throws Exception {
        Build build = add(alice, "2.0.0");
        try (var other = on.postgres() ? new FirmwareFixture(on, folder, null) : null) {
            assertThat(builds.get(build.id())).contains(build);
            if (other != null) {
                assertThat(other.builds().get(build.id())).contains(build);
            }
            Build held = builds.quarantine(alice, build.id(), "x");
            assertThat(builds.get(build.id())).contains(held);
            await(other, build.id(), held);
            builds.delete(alice, build.id());
            assertThat(builds.get(build.id())).isEmpty();
            await(other, build.id(), null);
        }
    }

    private static void await(FirmwareFixture other, String id, Build wanted)
            throws InterruptedException {
        for (int i = 0; other != null && i < 400; i++) {
            if (java.util.Objects.equals(other.builds().get(id).orElse(null), wanted)) {
                return;
            }
            Thread.sleep(25);
        }
        assertThat(other).as("the other node still shows the old build").isNull();
    }
}
