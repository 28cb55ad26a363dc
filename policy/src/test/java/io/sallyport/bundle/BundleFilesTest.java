package io.sallyport.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.bundle.source.Findings;
import io.sallyport.bundle.source.Problem;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BundleFilesTest {
  @TempDir Path folder;
  private final Findings findings = new Findings();

  @BeforeEach
  void aBundle() throws IOException {
    write(folder.resolve("routes/a.yaml"), "a");
    write(folder.resolve("keys/k.json"), "k");
  }

  @Test
  void filesAreReadByTheirPathInTheBundle() {
    BundleFiles files = BundleFiles.read(folder, findings);

    assertThat(files.files()).containsOnlyKeys("keys/k.json", "routes/a.yaml");
    assertThat(findings.clean()).isTrue();
    assertThat(findings.warnings()).isEmpty();
  }

  @Test
  void theIdIsTheSameWhereverTheFilesAreReadFromAndChangesWithEveryByte() {
    BundleFiles read = BundleFiles.read(folder, findings);

    BundleFiles same = memory(Map.of("routes/a.yaml", "a", "keys/k.json", "k"));
    assertThat(read.id()).isEqualTo(same.id()).hasSize(64).matches("[0-9a-f]+");
    assertThat(memory(Map.of("routes/a.yaml", "b", "keys/k.json", "k")).id())
        .isNotEqualTo(read.id());
    assertThat(memory(Map.of("routes/b.yaml", "a", "keys/k.json", "k")).id())
        .isNotEqualTo(read.id());
    assertThat(memory(Map.of("routes/a.yaml", "a")).id()).isNotEqualTo(read.id());
  }

  @Test
  void kubernetesLinksAreFollowedAndItsDataFoldersSkipped() throws IOException {
    Path mounted = folder.resolve("mounted");
    write(mounted.resolve("routes/..2026_01/a.yaml"), "kubernetes");
    Files.createSymbolicLink(mounted.resolve("routes/..data"), Path.of("..2026_01"));
    Files.createSymbolicLink(mounted.resolve("routes/a.yaml"), Path.of("..data/a.yaml"));

    BundleFiles files = BundleFiles.read(mounted, findings);

    assertThat(files.files()).containsOnlyKeys("routes/a.yaml");
    assertThat(files.files().get("routes/a.yaml")).asString().isEqualTo("kubernetes");
    assertThat(findings.clean()).isTrue();
  }

  @Test
  void wholeFoldersMayBeLinksInsideTheBundle() throws IOException {
    Path mounted = folder.resolve("mounted");
    write(mounted.resolve("..v1/routes/a.yaml"), "v1");
    Files.createSymbolicLink(mounted.resolve("..data"), Path.of("..v1"));
    Files.createSymbolicLink(mounted.resolve("routes"), Path.of("..data/routes"));

    assertThat(BundleFiles.read(mounted, findings).files()).containsOnlyKeys("routes/a.yaml");
  }

  @Test
  void aLinkThatLeadsOutOfTheBundleIsAProblem(@TempDir Path outside) throws IOException {
    write(outside.resolve("secret.json"), "secret");
    Files.createSymbolicLink(folder.resolve("keys/secret.json"), outside.resolve("secret.json"));
    Files.createSymbolicLink(folder.resolve("policies"), outside);
    write(outside.resolve("p.yaml"), "p");

    BundleFiles files = BundleFiles.read(folder, findings);

    assertThat(files.files()).doesNotContainKeys("keys/secret.json", "policies/p.yaml");
    assertThat(findings.problems())
        .map(Problem::headline)
        .containsExactly(
            "keys/secret.json: a link that leads out of the bundle",
            "policies/p.yaml: a link that leads out of the bundle");
  }

  @Test
  void aLinkToNothingIsReported() throws IOException {
    Files.createSymbolicLink(folder.resolve("routes/gone.yaml"), Path.of("nowhere"));

    BundleFiles.read(folder, findings);

    assertThat(findings.problems())
        .map(Problem::headline)
        .containsExactly("routes/gone.yaml: a link that leads nowhere");
  }

  @Test
  void aFileThatIsTooLargeIsNotEvenRead() throws IOException {
    try (var huge = new RandomAccessFile(folder.resolve("routes/huge.yaml").toFile(), "rw")) {
      huge.setLength(BundleFiles.MAX_FILE_BYTES + 1L);
    }

    BundleFiles.read(folder, findings);

    assertThat(findings.problems())
        .map(Problem::headline)
        .containsExactly("routes/huge.yaml: larger than 1MiB");
  }

  @Test
  void tooManyFilesAreAProblem() {
    Map<String, byte[]> contents = new HashMap<>();
    for (int i = 0; i <= BundleFiles.MAX_FILES; i++) {
      contents.put("routes/%d.yaml".formatted(i), new byte[] {'a'});
    }

    BundleFiles.of(contents, findings);

    assertThat(findings.problems())
        .map(Problem::headline)
        .containsExactly("the bundle has more than 1000 files");
  }

  @Test
  void tooManyBytesInAllAreAProblem() {
    byte[] megabyte = new byte[BundleFiles.MAX_FILE_BYTES];
    Map<String, byte[]> contents = new HashMap<>();
    for (int i = 0; i <= BundleFiles.MAX_TOTAL_BYTES / BundleFiles.MAX_FILE_BYTES; i++) {
      contents.put("routes/%d.yaml".formatted(i), megabyte);
    }

    BundleFiles.of(contents, findings);

    assertThat(findings.problems())
        .map(Problem::headline)
        .containsExactly("the bundle is larger than 64MiB");
  }

  @Test
  void aFolderThatIsMissingIsAProblem() {
    BundleReading reading = BundleReader.read(folder.resolve("nowhere"));

    assertThat(reading).isInstanceOf(BundleReading.Bad.class);
  }

  private BundleFiles memory(Map<String, String> texts) {
    Map<String, byte[]> contents = new HashMap<>();
    texts.forEach((path, text) -> contents.put(path, text.getBytes(StandardCharsets.UTF_8)));
    return BundleFiles.of(contents, findings);
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
