package io.sallyport;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameStartingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.net.InetAddress;

/// The judge's part of the house: who may look into whom, and what none of its rooms may do.
@AnalyzeClasses(packages = "io.sallyport", importOptions = ImportOption.DoNotIncludeTests.class)
final class JudgeArchitectureTest {
  private static final String[] EVERYWHERE = {
    "java..", "org.jspecify.annotations..", "com.google.errorprone.annotations.."
  };

  private static ArchRule room(String room, String... allowed) {
    return classes()
        .that()
        .resideInAPackage("io.sallyport." + room)
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(EVERYWHERE)
                .or(resideInAnyPackage("io.sallyport." + room))
                .or(resideInAnyPackage(allowed)))
        .allowEmptyShould(false);
  }

  @ArchTest
  static final ArchRule noRoomIsPartOfACycle =
      slices()
          .matching("io.sallyport.(**)")
          .should()
          .beFreeOfCycles()
          .because("a cycle makes two rooms one, and nobody can read the house in order any more");

  @ArchTest
  static final ArchRule identityKnowsNobody =
      room("identity").because("who a caller is does not depend on what they ask for");

  @ArchTest
  static final ArchRule routingKnowsNobody =
      room("routing").because("where a request goes does not depend on who sends it");

  @ArchTest
  static final ArchRule policyKnowsCallersAndTargets =
      room("policy", "io.sallyport.identity", "io.sallyport.routing")
          .because("a decision is about a caller and a target, in whatever language it is written");

  @ArchTest
  static final ArchRule expressionsKnowTheQuestionAndCel =
      room(
              "policy.cel",
              "io.sallyport.policy",
              "io.sallyport.identity",
              "io.sallyport.routing",
              "dev.cel..",
              "com.google.common.collect")
          .because("CEL is one way to write a condition, and stays in one room");

  @ArchTest
  static final ArchRule celStaysInItsRoom =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.sallyport.policy.cel")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.cel..", "com.google.common..")
          .because("another language for rules must not change anybody else");

  @ArchTest
  static final ArchRule yamlStaysWithTheBundle =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.sallyport.bundle..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.snakeyaml..")
          .because("how a bundle is written is not what it means");

  @ArchTest
  static final ArchRule filesAreReadByTheBundleOnly =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.sallyport.bundle..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("java.nio.file..")
                  .or(simpleNameStartingWith("File").and(resideInAnyPackage("java.io"))))
          .because("a decision is computed from the question and the bundle, nothing else");

  @ArchTest
  static final ArchRule theJudgeHasNoNetwork =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.net.http..", "javax.net..", "java.nio.channels..")
          .because("a decision must not wait for anybody");

  @ArchTest
  static final ArchRule theJudgeAsksNoNameServer =
      noClasses()
          .should()
          .callMethod(InetAddress.class, "getByName", String.class)
          .orShould()
          .callMethod(InetAddress.class, "getAllByName", String.class)
          .orShould()
          .callMethod(InetAddress.class, "getLocalHost")
          .because("these would ask DNS; addresses are read with ofLiteral");

  @ArchTest
  static final ArchRule theJudgeStartsNoThread =
      noClasses()
          .that(not(resideInAnyPackage("io.sallyport.bundle..")))
          .should()
          .dependOnClassesThat()
          .areAssignableTo(Thread.class)
          .orShould()
          .dependOnClassesThat()
          .resideInAPackage("java.util.concurrent..")
          .because("a decision is synchronous and pure; whoever asks brings the thread");

  @ArchTest
  static final ArchRule theJudgeKnowsNoFramework =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.springframework..", "io.netty..", "reactor..", "io.lettuce..", "org.slf4j..")
          .because("what a bundle means must not depend on how it is served");
}
