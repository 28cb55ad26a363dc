package io.sallyport.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.bundle.format.Field;
import io.sallyport.bundle.format.Kinds;
import io.sallyport.bundle.format.Shape;
import io.sallyport.policy.cel.CelExpressions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `docs/reference/bundle.md` and the schemas say what the code does. With
/// `SALLYPORT_WRITE_EXPECTED=1` the tables and schemas are written anew.
final class ReferencePageTest {
  private static final Path PAGE = Path.of("../docs/reference/bundle.md");
  private static final Path SCHEMAS = Path.of("src/main/resources/schemas");
  private static final Pattern YAML_BLOCK =
      Pattern.compile("```yaml\n# (\\S+)\n(.*?)```", Pattern.DOTALL);
  private static final boolean WRITE = "1".equals(System.getenv("SALLYPORT_WRITE_EXPECTED"));

  @ParameterizedTest
  @ValueSource(strings = {"routes", "policies", "data", "tests"})
  void thePageHasEveryFieldAsTheCodeReadsIt(String folder) throws IOException {
    String start = "<!-- fields: " + folder + " -->\n";
    String table = Kinds.table(folder);
    String page = Files.readString(PAGE);
    int from = page.indexOf(start) + start.length();
    int to = page.indexOf("<!-- end -->", from);
    if (WRITE) {
      Files.writeString(PAGE, page.substring(0, from) + table + page.substring(to));
    }

    assertThat(Files.readString(PAGE)).contains(start + table + "<!-- end -->");
  }

  @Test
  void thePageHasEveryNameThatAnExpressionMayRead() throws IOException {
    String start = "<!-- names -->\n";
    String table = CelExpressions.namesTable();
    String page = Files.readString(PAGE);
    int from = page.indexOf(start) + start.length();
    if (WRITE) {
      Files.writeString(
          PAGE,
          page.substring(0, from) + table + page.substring(page.indexOf("<!-- end -->", from)));
    }

    assertThat(Files.readString(PAGE)).contains(start + table + "<!-- end -->");
  }

  @Test
  void thePageNamesEveryFieldThatIsRefusedForNow() throws IOException {
    String page = Files.readString(PAGE);
    String refused = page.substring(page.indexOf("## Not supported yet"));
    List<String> names = new ArrayList<>();
    Kinds.files().values().forEach(file -> notYet(file, names));

    assertThat(names)
        .isNotEmpty()
        .allSatisfy(name -> assertThat(refused).containsPattern("[`.: ]" + name + "`"));
  }

  @Test
  void theBundleOnThePageLoadsAndPassesItsTests() throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    var blocks = YAML_BLOCK.matcher(Files.readString(PAGE));
    while (blocks.find()) {
      files.put(blocks.group(1), blocks.group(2).getBytes(StandardCharsets.UTF_8));
    }

    BundleReading reading = BundleReader.read(files);

    assertThat(files).hasSize(Files.readString(PAGE).split("```yaml", -1).length - 1);
    assertThat(reading)
        .isInstanceOfSatisfying(
            BundleReading.Good.class,
            good -> assertThat(good.tests().run(good.bundle())).matches(TestRun::passed));
  }

  @ParameterizedTest
  @ValueSource(strings = {"routes", "policies", "data", "tests"})
  void theSchemaIsWhatTheCodeReads(String folder) throws IOException {
    String name = Kinds.schemaName(folder);
    String schema = Kinds.schemas().get(name);
    assertThat(schema).isNotNull();
    if (WRITE) {
      Files.writeString(SCHEMAS.resolve(name), schema);
    }

    assertThat(Files.readString(SCHEMAS.resolve(name))).isEqualTo(schema);
  }

  private static void notYet(Shape shape, List<String> names) {
    switch (shape) {
      case Shape.Fields fields -> {
        for (Field field : fields.fields()) {
          if (field.need() == Field.Need.NOT_YET) {
            names.add(field.name());
          }
          notYet(field.shape(), names);
        }
      }
      case Shape.Word word -> names.addAll(word.notYet());
      case Shape.Items items -> notYet(items.item(), names);
      case Shape.Named named -> notYet(named.value(), names);
      default -> {}
    }
  }
}
