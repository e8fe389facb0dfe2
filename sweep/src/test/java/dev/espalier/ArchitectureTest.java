package dev.espalier;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import dev.espalier.sweep.pareto.Front;
import dev.espalier.workers.stage.Hold;
import dev.espalier.workers.stage.Stage;
import dev.espalier.workers.stage.State;
import java.io.Serializable;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The boundaries between the packages, and habits that a reviewer would otherwise have to watch.
 */
@AnalyzeClasses(packages = "dev.espalier", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String[] KERNELS = {
    "dev.espalier.workers.facts..",
    "dev.espalier.workers.random..",
    "dev.espalier.workers.stage..",
    "dev.espalier.workers.model..",
    "dev.espalier.workers.prune..",
    "dev.espalier.workers.filter..",
    "dev.espalier.workers.reshape..",
    "dev.espalier.workers.cluster..",
    "dev.espalier.workers.size..",
    "dev.espalier.workers.coding..",
    "dev.espalier.workers.quantize..",
    "dev.espalier.workers.int8.."
  };

  /** Results may differ in the last bit between machines; StrictMath's may not. */
  private static final Set<String> INEXACT =
      Set.of(
          "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "exp",
          "expm1", "log", "log10", "log1p", "pow", "cbrt", "hypot");

  @ArchTest
  static void seesTheClassesOfBothModules(JavaClasses classes) {
    assertTrue(classes.contain(Stage.class) && classes.contain(Front.class));
    assertTrue(classes.size() > 150, "expected more than 150 classes, found " + classes.size());
  }

  // Who may know whom.

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("dev.espalier.(*).(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule classesHaveNoCycles =
      slices().assignedFrom(new TopLevelClasses()).should().beFreeOfCycles();

  @ArchTest
  static final ArchRule workersKnowNothingOfSweep =
      noClasses()
          .that()
          .resideInAPackage("dev.espalier.workers..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.espalier.sweep..");

  @ArchTest
  static final ArchRule sweepSeesWorkersByContract =
      noClasses()
          .that()
          .resideInAPackage("dev.espalier.sweep..")
          .and()
          .resideOutsideOfPackages(
              "dev.espalier.sweep.spark..",
              "dev.espalier.sweep.preparation..",
              "dev.espalier.sweep.cli..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.espalier.workers..")
                  .and(
                      not(
                          resideInAnyPackage(
                              "dev.espalier.workers.facts..",
                              "dev.espalier.workers.stage..",
                              "dev.espalier.workers.prune..",
                              "dev.espalier.workers.filter..",
                              "dev.espalier.workers.reshape..",
                              "dev.espalier.workers.model..",
                              "dev.espalier.workers.checkpoint..",
                              "dev.espalier.workers.storage.."))));

  @ArchTest
  static final ArchRule kernelsArePlainJava =
      classes()
          .that()
          .resideInAnyPackage(KERNELS)
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage(KERNELS).or(resideInAnyPackage("java..", "org.jspecify..")));

  @ArchTest
  static final ArchRule paretoIsPlainJava =
      only("dev.espalier.sweep.pareto..").dependsOn("dev.espalier.workers.facts..");

  @ArchTest
  static final ArchRule primitivesAreOnednnAlone =
      only("dev.espalier.workers.onednn..")
          .dependsOn("dev.espalier.workers.model..", "org.bytedeco..", "org.slf4j..");

  @ArchTest
  static final ArchRule inferenceNeedsNoDeeplearning4j =
      only("dev.espalier.workers.inference..")
          .dependsOn(
              "dev.espalier.workers.onednn..",
              "dev.espalier.workers.int8..",
              "dev.espalier.workers.quantize..",
              "dev.espalier.workers.model..",
              "org.bytedeco..");

  @ArchTest
  static final ArchRule tensorFlowLiteFilesNeedNoEngine =
      only("dev.espalier.workers.tflite..")
          .dependsOn(
              "dev.espalier.workers.model..",
              "dev.espalier.workers.coding..",
              "dev.espalier.workers.quantize..",
              "dev.espalier.workers.int8..",
              "dev.espalier.workers.facts..",
              "org.tensorflow.lite.schema..",
              "org.tensorflow.lite.support.metadata.schema..",
              "com.google.flatbuffers..");

  @ArchTest
  static final ArchRule encodingsNeedNothingElseThanADeflater =
      only("dev.espalier.workers.ledger..")
          .dependsOn(
              "dev.espalier.workers.model..",
              "dev.espalier.workers.coding..",
              "dev.espalier.workers.quantize..",
              "dev.espalier.workers.int8..",
              "com.jcraft.jzlib..");

  @ArchTest
  static final ArchRule foreignFilesNeedNoEngine =
      only("dev.espalier.workers.dl4j..")
          .dependsOn(
              "dev.espalier.workers.model..",
              "dev.espalier.workers.facts..",
              "org.deeplearning4j..",
              "org.nd4j..");

  // Each foreign library has one home.

  @ArchTest
  static final ArchRule sparkOnlyInSpark =
      only("dev.espalier.sweep.spark..").mayUse("org.apache.spark..", "scala..");

  @ArchTest
  static final ArchRule mlflowOnlyInMlflowAndItsServer =
      only("dev.espalier.sweep.mlflow..", "dev.espalier.sweep.trackingserver..")
          .mayUse("org.mlflow..");

  @ArchTest
  static final ArchRule sqliteOnlyInTheTrackingServer =
      only("dev.espalier.sweep.trackingserver..").mayUse("org.sqlite..", "java.sql..");

  @ArchTest
  static final ArchRule theTrackingServerStandsAlone =
      noClasses()
          .that()
          .resideInAPackage("dev.espalier.sweep.trackingserver..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.espalier..")
                  .and(not(resideInAPackage("dev.espalier.sweep.trackingserver..")))
                  .and(not(resideInAPackage("dev.espalier.sweep.loopback.."))));

  @ArchTest
  static final ArchRule deeplearning4jOnlyInEngineAndDl4j =
      only("dev.espalier.workers.engine..", "dev.espalier.workers.dl4j..")
          .mayUse("org.deeplearning4j..", "org.nd4j.linalg..");

  @ArchTest
  static final ArchRule nativeMemoryOnlyInEngineInferenceAndOnednn =
      only(
              "dev.espalier.workers.engine..",
              "dev.espalier.workers.inference..",
              "dev.espalier.workers.onednn..")
          .mayUse("org.bytedeco..");

  @ArchTest
  static final ArchRule onnxOnlyInItsPackage =
      only("dev.espalier.workers.onnx..").mayUse("onnx..", "org.nd4j.shade.protobuf..");

  @ArchTest
  static final ArchRule jzlibOnlyInLedger =
      only("dev.espalier.workers.ledger..").mayUse("com.jcraft..");

  @ArchTest
  static final ArchRule flatBuffersOnlyInTflite =
      only("dev.espalier.workers.tflite..").mayUse("org.tensorflow..", "com.google.flatbuffers..");

  /** Its jar brings the messages of ONNX, too. */
  @ArchTest
  static final ArchRule nothingElseOfNd4jAnywhereElse =
      only(
              "dev.espalier.workers.engine..",
              "dev.espalier.workers.dl4j..",
              "dev.espalier.workers.onnx..")
          .mayUse("org.nd4j..");

  @ArchTest
  static final ArchRule yarnOnlyInSpark =
      only("dev.espalier.sweep.spark..").mayUse("org.apache.hadoop.yarn..");

  @ArchTest
  static final ArchRule hadoopOnlyInStorageAndSpark =
      only("dev.espalier.workers.storage..", "dev.espalier.sweep.spark..")
          .mayUse("org.apache.hadoop..");

  @ArchTest
  static final ArchRule picocliOnlyInCli = only("dev.espalier.sweep.cli..").mayUse("picocli..");

  @ArchTest
  static final ArchRule jacksonOnlyWhereFilesAreReadAndWritten =
      only(
              "dev.espalier.sweep.config..",
              "dev.espalier.sweep.reference..",
              "dev.espalier.sweep.journal..",
              "dev.espalier.sweep.results..",
              "dev.espalier.sweep.report..",
              "dev.espalier.sweep.mlflow..",
              "dev.espalier.workers.checkpoint..")
          .mayUse("com.fasterxml.jackson..");

  // Data.

  @ArchTest
  static final ArchRule domainTypesAreImmutable =
      fields()
          .that()
          .areDeclaredInClassesThat()
          .resideInAnyPackage(
              "dev.espalier.workers.facts..",
              "dev.espalier.workers.stage..",
              "dev.espalier.workers.model..",
              "dev.espalier.sweep.spec..",
              "dev.espalier.sweep.plan..")
          .should()
          .beFinal();

  @ArchTest
  static final ArchRule recordsOfStagesTravel =
      classes()
          .that()
          .resideInAnyPackage("dev.espalier.workers.facts..", "dev.espalier.workers.stage..")
          .and()
          .areRecords()
          .and()
          .areNotAssignableTo(State.class)
          .and()
          .areNotAssignableTo(Hold.class)
          .should()
          .implement(Serializable.class);

  @ArchTest
  static final ArchRule fieldsOfStagesTravel =
      noFields()
          .that()
          .areDeclaredInClassesThat()
          .resideInAPackage("dev.espalier.workers.stage..")
          .should()
          .haveRawType(Optional.class)
          .orShould()
          .haveRawType(Path.class);

  // Repeatable results.

  @ArchTest
  static final ArchRule randomnessIsSeeded =
      noClasses()
          .that()
          .haveNameNotMatching(".*\\.(Claim|Lease|HadoopStorage)") // Names that nobody else has.
          .should()
          .callConstructor(Random.class)
          .orShould()
          .callConstructor(SplittableRandom.class)
          .orShould()
          .callMethod(ThreadLocalRandom.class, "current")
          .orShould()
          .callMethod(Math.class, "random")
          .orShould()
          .callMethod(UUID.class, "randomUUID");

  @ArchTest
  static final ArchRule onlyJournalsTellTheTime =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "dev.espalier.sweep.journal..",
              "dev.espalier.sweep.results..",
              "dev.espalier.sweep.mlflow..",
              "dev.espalier.sweep.trackingserver..")
          .should()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(Instant.class, "now");

  @ArchTest
  static final ArchRule whatShapesWeightsIsExact =
      noClasses()
          .that()
          .resideInAnyPackage("dev.espalier.workers..", "dev.espalier.sweep.plan..")
          .should(
              new ArchCondition<JavaClass>("call a function of Math that StrictMath defines") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                  for (JavaAccess<?> access : type.getAccessesFromSelf()) {
                    if (access.getTargetOwner().isEquivalentTo(Math.class)
                        && INEXACT.contains(access.getName())) {
                      events.add(SimpleConditionEvent.satisfied(access, access.getDescription()));
                    }
                  }
                }
              });

  // Habits.

  @ArchTest
  static final ArchRule onlyCliPrints =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.espalier.sweep.cli..")
          .should(ACCESS_STANDARD_STREAMS);

  @ArchTest
  static final ArchRule onlyCliExits =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.espalier.sweep.cli..")
          .should()
          .callMethod(System.class, "exit", int.class);

  @ArchTest
  static final ArchRule noDumpingGrounds =
      noClasses()
          .should()
          .haveNameMatching(".*(Utils?|Helper|Manager|Impl|Factory|Base|Common)")
          .orShould()
          .haveNameMatching(".*[.$]Abstract[A-Z].*")
          .orShould()
          .resideInAnyPackage("..util..", "..utils..", "..common..", "..helper..", "..impl..");

  @ArchTest
  static final ArchRule noHomeGrownInheritance =
      classes()
          .should(
              new ArchCondition<JavaClass>("not extend a class of ours") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                  type.getRawSuperclass()
                      .filter(ArchitectureTest::isOursByChoice)
                      .ifPresent(
                          parent ->
                              events.add(
                                  SimpleConditionEvent.violated(
                                      type, type.getName() + " extends " + parent.getName())));
                }
              });

  @ArchTest static final ArchRule noGenericExceptions = NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS;

  @ArchTest static final ArchRule noJavaUtilLogging = NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

  /** Not an enum, whose constants may have bodies, and not a layer that Deeplearning4j wants so. */
  private static boolean isOursByChoice(JavaClass parent) {
    return parent.getPackageName().startsWith("dev.espalier")
        && !parent.isEnum()
        && parent.getAllRawSuperclasses().stream()
            .noneMatch(ancestor -> ancestor.getPackageName().startsWith("org.deeplearning4j"));
  }

  private static Home only(String... packages) {
    return new Home(packages);
  }

  @SuppressWarnings("ArrayRecordComponent") // lives for one expression
  private record Home(String... packages) {
    ArchRule mayUse(String... libraries) {
      return noClasses()
          .that()
          .resideOutsideOfPackages(packages)
          .should()
          .dependOnClassesThat(resideInAnyPackage(libraries));
    }

    /** On nothing else than themselves, Java, and {@code others}. */
    ArchRule dependsOn(String... others) {
      return classes()
          .that()
          .resideInAnyPackage(packages)
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage(packages)
                  .or(resideInAnyPackage(others))
                  .or(resideInAnyPackage("java..", "org.jspecify..")));
    }
  }

  /** A slice for each class of a package and below, with the classes that are nested in it. */
  private record TopLevelClasses() implements SliceAssignment {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass type) {
      return type.getPackageName().startsWith("dev.espalier")
          ? SliceIdentifier.of(type.getName().replaceFirst("\\$.*", ""))
          : SliceIdentifier.ignore();
    }

    @Override
    public String getDescription() {
      return "top-level classes";
    }
  }
}
