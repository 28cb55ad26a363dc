package io.sallyport;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.constructors;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.sallyport.admission.Permit;

/// The house, held by rules: one for each sentence of `docs/concepts.md`, with its reason.
@AnalyzeClasses(packages = "io.sallyport", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {

  @ArchTest
  static final ArchRule noRoomIsPartOfACycle =
      slices()
          .matching("io.sallyport.(**)")
          .should()
          .beFreeOfCycles()
          .because("a cycle makes two rooms one, and nobody can read the house in order any more");

  @ArchTest
  static final ArchRule nobodyKnowsTheWiring =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.sallyport.boot..", "io.sallyport.cli..", "io.sallyport")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.sallyport.boot..")
          .because("boot knows every room; a room that knew boot would know every room too");

  @ArchTest
  static final ArchRule theJudgeKnowsNoGateway =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.sallyport.identity..",
              "io.sallyport.routing..",
              "io.sallyport.policy..",
              "io.sallyport.bundle..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("io.sallyport..")
                  .and(
                      not(
                          resideInAnyPackage(
                              "io.sallyport.identity..",
                              "io.sallyport.routing..",
                              "io.sallyport.policy..",
                              "io.sallyport.bundle.."))))
          .because("what a bundle means must not depend on how it is served");

  @ArchTest
  static final ArchRule admissionKnowsOnlyThoseItAsks =
      noClasses()
          .that()
          .resideInAPackage("io.sallyport.admission..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.sallyport.edge..",
              "io.sallyport.upstream..",
              "io.sallyport.listener..",
              "io.sallyport.snapshot..",
              "io.sallyport.audit..",
              "io.sallyport.wire..",
              "io.netty..")
          .because("whether a request may pass does not depend on how it came or where it goes");

  @ArchTest
  static final ArchRule authenticationAndLimitsDoNotKnowWhoAsks =
      noClasses()
          .that()
          .resideInAnyPackage("io.sallyport.authentication..", "io.sallyport.limits..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.sallyport.admission..", "io.sallyport.edge..", "io.sallyport.upstream..")
          .because("admission asks them; they answer");

  @ArchTest
  static final ArchRule upstreamDoesNotKnowTheEdge =
      noClasses()
          .that()
          .resideInAPackage("io.sallyport.upstream..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.sallyport.edge..", "io.sallyport.listener..", "io.sallyport.snapshot..")
          .because(
              "the street has one direction: the edge asks for an endpoint and hears what comes back");

  @ArchTest
  static final ArchRule theEdgeKnowsNoCodecAndNoLane =
      noClasses()
          .that()
          .resideInAPackage("io.sallyport.edge..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.sallyport.listener..",
              "io.sallyport.spring..",
              "io.sallyport.admin..",
              "io.netty.handler.codec.http2..",
              "io.netty.handler.ssl..")
          .because("protocols come and go without a change to the story of an exchange");

  @ArchTest
  static final ArchRule auditAndTelemetryOnlyListen =
      noClasses()
          .that()
          .resideInAnyPackage("io.sallyport.audit..", "io.sallyport.telemetry..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.sallyport.edge..",
              "io.sallyport.admission..",
              "io.sallyport.listener..",
              "io.sallyport.snapshot..")
          .because("what records a decision must not be able to make one");

  @ArchTest
  static final ArchRule springLivesInThreeRooms =
      noClasses()
          .that()
          .resideInAPackage("io.sallyport..")
          .and(
              not(
                  resideInAnyPackage(
                      "io.sallyport.boot..", "io.sallyport.spring..", "io.sallyport.admin..")))
          .should()
          .dependOnClassesThat(
              resideInAPackage("org.springframework..")
                  .and(not(resideInAPackage("org.springframework.security.crypto.bcrypt.."))))
          .because(
              "one room per library: the data plane must be readable, and fast, without Spring");

  @ArchTest
  static final ArchRule nettyLivesWhereTheWireIs =
      noClasses()
          .that()
          .resideInAPackage("io.sallyport..")
          .and(
              not(
                  resideInAnyPackage(
                      "io.sallyport.wire..",
                      "io.sallyport.listener..",
                      "io.sallyport.edge..",
                      "io.sallyport.upstream..",
                      "io.sallyport.limits.redis..",
                      "io.sallyport.spring..",
                      "io.sallyport.boot..",
                      "io.sallyport.cli..")))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.netty..")
          .because(
              "one room per library: who judges must not know buffers and channels; Lettuce's own futures"
                  + " are Netty's");

  @ArchTest
  static final ArchRule lettuceLivesInOneRoom =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.sallyport.limits.redis..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.lettuce..")
          .because("one room per library");

  @ArchTest
  static final ArchRule nimbusLivesWhereTokensAre =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.sallyport.authentication..", "io.sallyport.demo..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.nimbusds..")
          .because("one room per library; the demo's issuer and backends are the other end of it");

  @ArchTest
  static final ArchRule resilience4jLivesInOneRoom =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.sallyport.upstream..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.github.resilience4j..")
          .because("one room per library");

  @ArchTest
  static final ArchRule productionDoesNotKnowTheDemo =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.sallyport.demo..", "io.sallyport.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.sallyport.demo..")
          .because("development keys and a development issuer have no business in a gateway");

  @ArchTest
  static final ArchRule onlyAdmissionMakesAPermit =
      constructors()
          .that()
          .areDeclaredIn(Permit.class)
          .should()
          .bePackagePrivate()
          .because("forwarding without authorization must not compile");

  @ArchTest
  static final ArchRule namesSayWhatAClassIs =
      classes()
          .that()
          .resideInAPackage("io.sallyport..")
          .should()
          .haveNameNotMatching(".*(Manager|Helper|Util|Utils|Impl)$")
          .andShould()
          .haveNameNotMatching(".*\\.Abstract[A-Z].*")
          .because("a class is named for what makes it different");

  private ArchitectureTest() {}
}
