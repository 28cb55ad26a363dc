package io.sallyport.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.sallyport.bundle.format.Kinds;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the reader takes is valid by the schemas, and what is wrong in shape is not.
final class SchemasTest {
  private static final Path CASES = Path.of("src/test/resources/bundles");

  static List<Path> goodFiles() throws IOException {
    try (Stream<Path> cases = Files.walk(CASES);
        Stream<Path> shipped = Files.walk(Path.of("bundles"))) {
      return Stream.concat(cases, shipped)
          .filter(file -> file.toString().endsWith(".yaml"))
          .filter(file -> file.startsWith("bundles") || file.toString().contains("/good-"))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("goodFiles")
  void aGoodFileIsValid(Path file) throws IOException {
    assertThat(errors(file)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "unknown-fields/routes/web.yaml",
        "missing-fields/routes/web.yaml",
        "units/routes/web.yaml",
        "methods/routes/web.yaml",
        "not-supported-yet/routes/web.yaml",
        "not-supported-yet-upstream/routes/web.yaml",
        "not-supported-yet-policies/policies/web.yaml",
        "text-that-looks-like-something-else/routes/web.yaml",
        "authenticate-words/policies/web.yaml",
        "identity-audiences-and-issuer/policies/web.yaml",
        "wrong-kind-for-folder/policies/web.yaml",
        "wrong-version/policies/web.yaml",
        "data-types/data/x.yaml",
      })
  void aFileThatIsWrongInShapeIsNot(String file) throws IOException {
    assertThat(errors(CASES.resolve(file))).isNotEmpty();
  }

  private static List<Error> errors(Path file) throws IOException {
    String folder = Objects.requireNonNull(file.getParent()).getFileName().toString();
    String resource = "/schemas/" + Kinds.schemaName(folder);
    try (InputStream in = Objects.requireNonNull(Kinds.class.getResourceAsStream(resource))) {
      Schema schema =
          SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(in);
      return schema.validate(Files.readString(file), InputFormat.YAML);
    }
  }
}
