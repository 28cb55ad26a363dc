package io.sallyport.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every folder below `diffs/` is a case: two bundles, and in `expected.txt` what is different in
/// meaning. With `SALLYPORT_WRITE_EXPECTED=1` it is written; read the difference.
final class BundleDiffTest {
  private static final Path CASES = Path.of("src/test/resources/diffs");

  static List<String> cases() throws IOException {
    try (Stream<Path> folders = Files.list(CASES)) {
      return folders.map(folder -> folder.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void whatIsDifferentIsSaid(String name) throws IOException {
    Path folder = CASES.resolve(name);

    String said =
        BundleDiff.between(read(folder.resolve("old")), read(folder.resolve("new"))).stream()
            .map(
                change ->
                    (change.kind().word() + ' ' + change.subject() + ": " + change.what()).strip()
                        + '\n')
            .collect(Collectors.joining());

    Path expected = folder.resolve("expected.txt");
    if ("1".equals(System.getenv("SALLYPORT_WRITE_EXPECTED"))) {
      Files.writeString(expected, said);
    }
    assertThat(said).isEqualTo(Files.readString(expected));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void backwardsWhatWasLooserIsTighter(String name) {
    Bundle old = read(CASES.resolve(name).resolve("old"));
    Bundle young = read(CASES.resolve(name).resolve("new"));

    Map<BundleDiff.Kind, Long> forwards = kinds(old, young);
    Map<BundleDiff.Kind, Long> backwards = kinds(young, old);

    assertThat(backwards.get(BundleDiff.Kind.TIGHTENED))
        .isEqualTo(forwards.get(BundleDiff.Kind.LOOSENED));
    assertThat(backwards.get(BundleDiff.Kind.LOOSENED))
        .isEqualTo(forwards.get(BundleDiff.Kind.TIGHTENED));
    assertThat(backwards.get(BundleDiff.Kind.ADDED))
        .isEqualTo(forwards.get(BundleDiff.Kind.REMOVED));
    assertThat(backwards.get(BundleDiff.Kind.CHANGED))
        .isEqualTo(forwards.get(BundleDiff.Kind.CHANGED));
  }

  @Test
  void aBundleMeansWhatItMeans() {
    Bundle bundle = read(CASES.resolve("orders/new"));

    assertThat(BundleDiff.between(bundle, read(CASES.resolve("orders/new")))).isEmpty();
  }

  private static Map<BundleDiff.Kind, Long> kinds(Bundle before, Bundle after) {
    return BundleDiff.between(before, after).stream()
        .collect(Collectors.groupingBy(BundleDiff.Change::kind, Collectors.counting()));
  }

  private static Bundle read(Path folder) {
    return switch (BundleReader.read(folder, (_, filters) -> compiled(filters))) {
      case BundleReading.Good good -> good.bundle();
      case BundleReading.Bad(Problems problems) -> throw new AssertionError(problems.render());
    };
  }

  private static FilterCompiler.Compilation compiled(List<FilterCompiler.Filter> filters) {
    return new FilterCompiler.Compiled(() -> filters, List.of());
  }
}
