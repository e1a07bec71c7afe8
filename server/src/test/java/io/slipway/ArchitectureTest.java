package io.slipway;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;

/**
 * The walls. Each is here because crossing it has made another server hard to change or to trust.
 */
class ArchitectureTest {

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("io.slipway");

    private static final String[] FEATURES = {
        "..account..",
        "..agent..",
        "..device..",
        "..activation..",
        "..checkin..",
        "..history..",
        "..session..",
        "..firmware..",
        "..rollout..",
        "..event..",
        "..live..",
        "..overview..",
        "..ops.."
    };

    /** What each feature may use of the others. */
    private static final Map<String, String[]> ALLOWED =
            Map.ofEntries(
                    allowed("account"),
                    allowed("device", "account"),
                    allowed("agent", "account", "device"),
                    allowed("activation", "account", "device", "agent"),
                    allowed("history", "account", "device", "agent"),
                    allowed(
                            "session",
                            "account",
                            "device",
                            "agent",
                            "activation",
                            "history",
                            "rollout"),
                    allowed("firmware", "account"),
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
                            "rollout"),
                    allowed(
                            "overview",
                            "account",
                            "device",
                            "agent",
                            "activation",
                            "session",
                            "firmware",
                            "rollout"),
                    allowed("live", "account", "device", "activation", "event"));

    private static Map.Entry<String, String[]> allowed(String feature, String... others) {
        return Map.entry(feature, others);
    }

    @Test
    void featuresUseOnlyThoseBelowThem() {
        for (var feature : ALLOWED.entrySet()) {
            for (String other : ALLOWED.keySet()) {
                boolean allowed =
                        other.equals(feature.getKey())
                                || java.util.List.of(feature.getValue()).contains(other);
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

    @Test
    void kitsKnowNoFeature() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "..http..",
                        "..sql..",
                        "..cluster..",
                        "..keys..",
                        "..work..",
                        "..settings..",
                        "..base..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(FEATURES)
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("io.slipway.protocol..")
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("io.slipway..")
                                .and(
                                        com.tngtech.archunit.base.DescribedPredicate.not(
                                                resideInAnyPackage("io.slipway.protocol.."))))
                .check(CLASSES);
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

    @Test
    void sqlStaysInStores() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.slipway.sql..")
                .and()
                .haveSimpleNameNotEndingWith("Store")
                .and()
                .areTopLevelClasses()
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
                .should()
                .bePackagePrivate()
                .check(CLASSES);
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
                .callMethod(LocalDateTime.class, "now")
                .orShould()
                .callMethod(ZonedDateTime.class, "now")
                .orShould()
                .callMethod(Clock.class, "systemUTC")
                .orShould()
                .callMethod(InstantSource.class, "system")
                .check(CLASSES);
    }

    @Test
    void nothingIsCalledImpl() {
        noClasses().should().haveSimpleNameEndingWith("Impl").check(CLASSES);
    }
}
