package dev.fathom;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import dev.fathom.http.auth.Needs;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The directions of the house: http → features → cluster ← kafka. */
class ArchitectureTest {

    private static final JavaClasses CODE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.fathom");

    private static final String[] FEATURES = {
        "dev.fathom.group..",
        "dev.fathom.lag..",
        "dev.fathom.progress..",
        "dev.fathom.sampling..",
        "dev.fathom.diagnosis..",
        "dev.fathom.topic..",
        "dev.fathom.position..",
        "dev.fathom.page..",
        "dev.fathom.operation..",
        "dev.fathom.parking..",
        "dev.fathom.past..",
        "dev.fathom.reset..",
        "dev.fathom.pool.."
    };

    private static void check(ArchRule rule) {
        rule.check(CODE);
    }

    /** Managed consumers consume and produce themselves. */
    @Test
    void onlyTheAdapterThePoolAndTheSandboxKnowTheKafkaClient() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages("dev.fathom.kafka..", "dev.fathom.pool..", "dev.fathom.sandbox..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.kafka.."));
    }

    @Test
    void thePoolAsksThePortWhateverThePortCanAnswer() {
        check(noClasses()
                .that()
                .resideInAPackage("dev.fathom.pool..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.kafka.clients.admin.."));
    }

    @Test
    void whatAConsumerIsToDoKnowsNeitherBrokerNorThread() {
        check(noClasses()
                .that()
                .resideInAPackage("dev.fathom.pool.definition..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.apache.kafka..",
                        "io.vertx..",
                        "dev.fathom.pool.store..",
                        "dev.fathom.pool.worker..",
                        "dev.fathom.pool.sink.."));
        check(noClasses()
                .that()
                .resideInAPackage("dev.fathom.pool.worker..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.fathom.pool.store.."));
    }

    /** Webhooks are called with the client of the server that is there anyway. */
    @Test
    void onlyHttpAndWebhooksKnowHttp() {
        check(noClasses()
                .that(not(resideInAnyPackage("dev.fathom.http..")))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "jakarta.ws.rs..",
                        "io.vertx.ext..",
                        "io.vertx.mutiny..",
                        "org.eclipse.microprofile.openapi.."));
        check(noClasses()
                .that(not(resideInAnyPackage("dev.fathom.http..", "dev.fathom.pool..")))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertx.."));
    }

    /** JSON is how answers are written, and how the journal, definitions and reports are stored. */
    @Test
    void onlyHttpAndStoredFormsKnowJson() {
        check(noClasses()
                .that(not(resideInAnyPackage(
                        "dev.fathom.http..",
                        "dev.fathom.operation..",
                        "dev.fathom.pool.store..",
                        "dev.fathom.pool.worker..")))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.fasterxml.jackson.."));
    }

    @Test
    void thePortDependsOnNobody() {
        check(classes()
                .that()
                .resideInAPackage("dev.fathom.cluster..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "dev.fathom.cluster..", "com.github.benmanes.caffeine.."));
    }

    @Test
    void featuresKnowNeitherEdge() {
        check(noClasses()
                .that()
                .resideInAnyPackage(FEATURES)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.fathom.http..", "dev.fathom.kafka..", "dev.fathom.sandbox.."));
    }

    /** What follows from what was seen is worked out without asking, and without a clock. */
    @Test
    void progressIsPure() {
        check(classes()
                .that()
                .resideInAPackage("dev.fathom.progress..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "dev.fathom.progress..", "dev.fathom.cluster.."));
        check(noClasses()
                .that()
                .resideInAnyPackage("dev.fathom.progress..", "dev.fathom.diagnosis..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.time.Clock"));
    }

    /** Resources see what their caller may see: they ask for clusters at the one place that knows the caller. */
    @Test
    void resourcesGetTheirClustersFromTheCallersView() {
        check(noClasses()
                .that()
                .areAnnotatedWith(jakarta.ws.rs.Path.class)
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("dev.fathom.cluster.Clusters"));
    }

    @Test
    void whoMayDoWhatKnowsNothingOfTheWire() {
        check(noClasses()
                .that()
                .resideInAPackage("dev.fathom.access..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.fathom.http..",
                        "dev.fathom.kafka..",
                        "dev.fathom.pool..",
                        "io.quarkus.vertx..",
                        "io.quarkus.security.."));
    }

    @Test
    void nobodyButTheContainerKnowsTheAdapter() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage("dev.fathom.kafka..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.fathom.kafka.."));
    }

    @Test
    void theServiceDoesNotNeedTheSandbox() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage("dev.fathom.sandbox..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.fathom.sandbox.."));
    }

    @Test
    void packagesFormNoCycles() {
        check(slices().matching("dev.fathom.(*)..").should().beFreeOfCycles());
        check(slices().matching("dev.fathom.http.(*)..").should().beFreeOfCycles());
    }

    @Test
    void noDrawersForWhatHasNoName() {
        check(noClasses().should().haveSimpleNameEndingWith("Util"));
        check(noClasses().should().haveSimpleNameEndingWith("Utils"));
        check(noClasses().should().haveSimpleNameEndingWith("Helper"));
        check(noClasses().should().haveSimpleNameEndingWith("Manager"));
        check(noClasses().should().haveSimpleNameEndingWith("Impl"));
    }

    /** One that is not public is a 404, although the contract lists it; one that does not say what it needs is nobody's. */
    @Test
    void resourceMethodsArePublicAndSayWhatTheyNeed() {
        List.of(GET.class, POST.class, PUT.class, DELETE.class)
                .forEach(method -> check(methods()
                        .that()
                        .areAnnotatedWith(method)
                        .should()
                        .bePublic()
                        .andShould()
                        .beAnnotatedWith(Needs.class)));
    }

    @Test
    void everyPackageSaysWhatBelongsInIt() throws IOException {
        try (Stream<Path> tree = Files.walk(Path.of("src/main/java/dev/fathom"))) {
            List<Path> silent = tree.filter(Files::isDirectory)
                    .filter(ArchitectureTest::hasCode)
                    .filter(folder -> !Files.exists(folder.resolve("package-info.java")))
                    .toList();
            assertThat(silent).isEmpty();
        }
    }

    private static boolean hasCode(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.anyMatch(file -> file.toString().endsWith(".java"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
