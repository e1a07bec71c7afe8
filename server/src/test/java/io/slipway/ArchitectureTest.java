package io.slipway;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.slipway.sql.Tx;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;

/**
 * The architecture's walls. Each exists because crossing it has made another server hard to change
 * or to trust.
 */
class ArchitectureTest {

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("io.slipway");

    /** The kits: the foundation of features, independent of them. */
    private static final Set<String> KITS =
            Set.of(
                    "http",
                    "sql",
                    "cluster",
                    "work",
                    "text",
                    "lists",
                    "sound",
                    "keys",
                    "settings",
                    "files",
                    "base");

    /** What each feature may use of others. */
    private static final Map<String, String[]> ALLOWED =
            Map.ofEntries(
                    allowed("account"),
                    allowed("device", "account"),
                    allowed("refused", "account", "device"),
                    allowed("agent", "account", "device"),
                    allowed("activation", "account", "device", "agent"),
                    allowed("program", "account", "device", "agent"),
                    allowed("history", "account", "device", "agent"),
                    allowed(
                            "session",
                            "account",
                            "device",
                            "agent",
                            "activation",
                            "history",
                            "refused",
                            "rollout"),
                    allowed("firmware", "account", "device"),
                    allowed("rollout", "account", "device", "agent", "firmware", "event"),
                    allowed("event", "account"),
                    allowed(
                            "checkin",
                            "account",
                            "device",
                            "agent",
                            "activation",
                            "session",
                            "firmware",
                            "refused",
                            "rollout"),
                    allowed(
                            "overview",
                            "account",
                            "device",
                            "agent",
                            "activation",
                            "session",
                            "firmware",
                            "rollout",
                            "reach",
                            "backup"),
                    allowed("reach", "account"),
                    allowed("live", "account", "device", "activation", "event"),
                    allowed("ops", "account"),
                    allowed("backup", "firmware"),
                    allowed("comeover", "account", "device", "agent", "activation", "history"),
                    allowed("voice"),
                    allowed("doctor"));

    private static final DescribedPredicate<JavaClass> IN_A_STORE =
            describe("a store", type -> outermost(type).endsWith("Store"));

    private static Map.Entry<String, String[]> allowed(String feature, String... others) {
        return Map.entry(feature, others);
    }

    @Test
    void everyPackageIsAFeatureOrAKit() {
        Set<String> unknown =
                CLASSES.stream()
                        .map(JavaClass::getPackageName)
                        .filter(name -> name.startsWith("io.slipway."))
                        .map(name -> name.split("\\.")[2])
                        .filter(name -> !ALLOWED.containsKey(name) && !KITS.contains(name))
                        .collect(Collectors.toSet());
        assertThat(unknown)
                .as("packages without a rule in this test")
                .isSubsetOf("protocol", "simulator");
    }

    @Test
    void featuresUseOnlyThoseBelowThem() {
        for (var feature : ALLOWED.entrySet()) {
            for (String other : ALLOWED.keySet()) {
                boolean allowed =
                        other.equals(feature.getKey())
                                || List.of(feature.getValue()).contains(other);
                if (!allowed) {
                    noClasses()
                            .that()
                            .resideInAPackage("io.slipway." + feature.getKey() + "..")
                            .should()
                            .dependOnClassesThat()
                            .resideInAPackage("io.slipway." + other + "..")
                            .check(CLASSES);
                }
            }
        }
        slices().matching("io.slipway.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    /** A package and its subpackages are as strict with each other as features are. */
    @Test
    void roomsUseOnlyThoseBelowThem() {
        slices().matching("io.slipway.(**)")
                .should()
                .beFreeOfCycles()
                .check(
                        CLASSES.that(
                                not(
                                        resideInAnyPackage(
                                                "io.slipway.protocol..",
                                                "io.slipway.simulator.."))));
        noClasses()
                .that()
                .resideInAPackage("io.slipway.http")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.slipway.http.*..")
                .check(CLASSES);
    }

    @Test
    void kitsKnowNoFeature() {
        noClasses()
                .that()
                .resideInAnyPackage(below(KITS))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(below(ALLOWED.keySet()))
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("io.slipway.protocol..")
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("io.slipway..")
                                .and(not(resideInAnyPackage("io.slipway.protocol.."))))
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("io.slipway.simulator..")
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("io.slipway..")
                                .and(
                                        not(
                                                resideInAnyPackage(
                                                        "io.slipway.protocol..",
                                                        "io.slipway.simulator.."))))
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    private static String[] below(Set<String> packages) {
        return packages.stream().map(name -> "io.slipway." + name + "..").toArray(String[]::new);
    }

    @Test
    void vertxStaysInTheEdge() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.slipway.http..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertx..", "io.netty..")
                .check(CLASSES);
    }

    /** An upgrade of the framework may break these; {@code InternalsTest} then shows which. */
    @Test
    void whatIsBelowTheFrameworksApiStaysInOneRoom() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.slipway.http.vertx..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.vertx..impl..",
                        "io.vertx..internal..",
                        "io.netty.bootstrap..",
                        "io.netty.channel..",
                        "io.netty.handler.timeout..",
                        "io.netty.util..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideOutsideOfPackage("io.slipway.http..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.slipway.http.vertx..")
                .check(CLASSES);
    }

    @Test
    void sqlStaysInStores() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.slipway.sql..")
                .and(not(IN_A_STORE))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..", "org.jdbi..")
                .check(CLASSES);
        noClasses()
                .that()
                .haveSimpleNameEndingWith("Routes")
                .should()
                .dependOnClassesThat()
                .haveSimpleNameEndingWith("Store")
                .check(CLASSES);
        classes()
                .that()
                .haveSimpleNameEndingWith("Store")
                .and()
                .resideOutsideOfPackage("io.slipway.(*).store")
                .should()
                .bePackagePrivate()
                .check(CLASSES);
    }

    /**
     * If a feature's stores have their own package, only the package with its transactions may use
     * it.
     */
    @Test
    void aRoomOfStoresIsSeenByThoseThatRunItsTransactions() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.slipway.rollout.store..", "io.slipway.rollout.grant..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.slipway.rollout.store..")
                .check(CLASSES);
    }

    /** The module at the top, then each package before those that it may use. */
    private static final List<String> ROLLOUT_ROOMS =
            List.of("", ".api", ".grant", ".store", ".json", ".rules..");

    @Test
    void roomsOfRolloutsUseOnlyThoseBelowThem() {
        for (int room = 1; room < ROLLOUT_ROOMS.size(); room++) {
            noClasses()
                    .that()
                    .resideInAPackage("io.slipway.rollout" + ROLLOUT_ROOMS.get(room))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            ROLLOUT_ROOMS.subList(0, room).stream()
                                    .map(above -> "io.slipway.rollout" + above)
                                    .toArray(String[]::new))
                    .check(CLASSES);
        }
        slices().matching("io.slipway.rollout.rules.(*)").should().beFreeOfCycles().check(CLASSES);
    }

    /**
     * What decides about updates is a pure function: it can be tested with a million devices, and
     * replayed years later.
     */
    @Test
    void rulesOfUpdatesArePure() {
        classes()
                .that()
                .resideInAPackage("io.slipway.rollout.rules..")
                .should()
                .onlyDependOnClassesThat(
                        resideInAnyPackage(
                                        "java.lang..",
                                        "java.math..",
                                        "java.nio.charset..",
                                        "java.time..",
                                        "java.util..",
                                        "org.jspecify.annotations..",
                                        "org.apache.commons.numbers.gamma..",
                                        "io.slipway.protocol..",
                                        "io.slipway.text..",
                                        "io.slipway.rollout.rules..")
                                .or(firmwaresRecords())
                                .or(
                                        belongToAnyOf(
                                                MessageDigest.class,
                                                NoSuchAlgorithmException.class)))
                .check(CLASSES);
    }

    private static DescribedPredicate<JavaClass> firmwaresRecords() {
        return resideInAPackage("io.slipway.firmware")
                .and(describe("records and enums", type -> type.isRecord() || type.isEnum()));
    }

    /** See {@link io.slipway.sql.RawStatements}: one class per feature, which states why. */
    private static final Set<String> RAW =
            Set.of(
                    "io.slipway.account.AuditStore",
                    "io.slipway.activation.HotActivationStore",
                    "io.slipway.device.HotDeviceStore",
                    "io.slipway.history.HotChatStore",
                    "io.slipway.rollout.store.HotRolloutStore");

    @Test
    void thereIsOneWayToSpeakToTheDatabase() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.slipway.sql..")
                .should()
                .callMethod(Tx.class, "handle")
                .check(CLASSES);
        noClasses()
                .that()
                .resideOutsideOfPackage("io.slipway.sql..")
                .and(describe("the hottest", type -> !RAW.contains(outermost(type))))
                .should()
                .callMethod(Tx.class, "raw")
                .check(CLASSES);
        assertThat(RAW.stream().map(name -> name.split("\\.")[2])).doesNotHaveDuplicates();
    }

    private static String outermost(JavaClass type) {
        return type.getName().split("\\$", 2)[0];
    }

    /** See {@link io.slipway.sql.Database#statements}. */
    @Test
    void noStatementRunsUncounted() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.slipway.sql..")
                .should()
                .callMethod(Handle.class, "getConnection")
                .orShould()
                .callMethod(Handle.class, "createBatch")
                .orShould()
                .callMethod(Handle.class, "prepareBatch", String.class)
                .check(CLASSES);
    }

    @Test
    void onlyMainSeesTheWholeConfig() {
        noClasses()
                .that()
                .resideInAPackage("io.slipway.(*)..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("io.slipway.Config")
                .check(CLASSES);
    }

    @Test
    void onlyMainLooksAtTheClock() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.slipway.Main")
                .and()
                .resideOutsideOfPackage("io.slipway.simulator..")
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(LocalDate.class, "now")
                .orShould()
                .callMethod(LocalDateTime.class, "now")
                .orShould()
                .callMethod(OffsetDateTime.class, "now")
                .orShould()
                .callMethod(ZonedDateTime.class, "now")
                .orShould()
                .callMethod(Clock.class, "systemUTC")
                .orShould()
                .callMethod(Clock.class, "systemDefaultZone")
                .orShould()
                .callMethod(InstantSource.class, "system")
                .orShould()
                .callConstructor(Date.class)
                .check(CLASSES);
    }

    @Test
    void nothingIsCalledImpl() {
        noClasses().should().haveSimpleNameEndingWith("Impl").check(CLASSES);
    }
}
