package io.sallyport.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every folder below `bundles/` is a case: a bundle, and in `expected.txt` what reading it says.
/// To add a case, add a folder; to write what comes to `expected.txt`, run with
/// `SALLYPORT_WRITE_EXPECTED=1` and read the difference.
final class GoldenBundlesTest {
  private static final Path CASES = Path.of("src/test/resources/bundles");

  static List<String> cases() throws IOException {
    try (Stream<Path> folders = Files.list(CASES)) {
      return folders.map(folder -> folder.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void readingSaysWhatIsExpected(String name) throws IOException {
    Path folder = CASES.resolve(name);

    String said = said(BundleReader.read(folder, GoldenBundlesTest::compile));

    Path expected = folder.resolve("expected.txt");
    if ("1".equals(System.getenv("SALLYPORT_WRITE_EXPECTED"))) {
      Files.writeString(expected, said);
    }
    assertThat(said).isEqualTo(Files.readString(expected));
  }

  /// Knows one filter, with one argument.
  private static FilterCompiler.Compilation compile(
      String route, List<FilterCompiler.Filter> filters) {
    List<FilterCompiler.Fault> faults = new ArrayList<>();
    for (int i = 0; i < filters.size(); i++) {
      var filter = filters.get(i);
      if (!filter.name().equals("StripPrefix")) {
        faults.add(new FilterCompiler.Fault(i, "", "there is no such filter"));
      }
      for (String argument : filter.args().keySet()) {
        if (!Set.of("parts", "_genkey_0").contains(argument)) {
          faults.add(new FilterCompiler.Fault(i, argument, "no argument '" + argument + "'"));
        }
      }
    }
    return faults.isEmpty()
        ? new FilterCompiler.Compiled(
            () -> filters, List.of(new FilterCompiler.Fault(0, "", "there is another way")))
        : new FilterCompiler.Faulty(faults);
  }

  /// The file with what is expected is itself a stray file; its warning says nothing.
  private static boolean worthSaying(String warning) {
    return !warning.startsWith("expected.txt") && !warning.startsWith("tests: the bundle has no");
  }

  private static String said(BundleReading reading) {
    return switch (reading) {
      case BundleReading.Bad(Problems problems) ->
          problems.render()
              + warnings(problems.warnings().stream().map(p -> p.headline()).toList());
      case BundleReading.Good(Bundle bundle, BundleTests tests) ->
          routes(bundle) + warnings(bundle.warnings()) + tests.run(bundle).render();
    };
  }

  private static String routes(Bundle bundle) {
    return bundle.routeList().stream()
        .map(
            route ->
                "%s: %s%s %s, policy %s, %s%n"
                    .formatted(
                        route.id(),
                        route.host(),
                        route.path(),
                        route.methods().stream().sorted().toList(),
                        route.policy().id(),
                        switch (route.action()) {
                          case Route.Forward forward ->
                              "to "
                                  + forward.upstream().id()
                                  + (forward.rewrite() == null ? "" : ", rewritten")
                                  + (forward.filters() == null ? "" : ", filtered");
                          case Route.Respond respond -> "responds " + respond.status();
                        }))
        .collect(Collectors.joining());
  }

  private static String warnings(List<String> warnings) {
    return warnings.stream()
        .filter(GoldenBundlesTest::worthSaying)
        .map(warning -> "warning: " + warning + '\n')
        .collect(Collectors.joining());
  }
}
