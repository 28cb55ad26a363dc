package io.sallyport.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// `docs/reference/filters.md` says of every filter that Spring Cloud Gateway brings what becomes
/// of it here. With `SALLYPORT_WRITE_EXPECTED=1` its table is written anew.
final class FilterPageTest {
  private static final Path PAGE = Path.of("../docs/reference/filters.md");
  private static final String START = "<!-- filters -->\n";
  private static final String END = "<!-- end -->";

  @Test
  void thePageHasEveryFilter() throws IOException {
    String table = table();
    String page = Files.readString(PAGE);
    if ("1".equals(System.getenv("SALLYPORT_WRITE_EXPECTED"))) {
      int from = page.indexOf(START) + START.length();
      page = page.substring(0, from) + table + page.substring(page.indexOf(END, from));
      Files.writeString(PAGE, page);
    }

    assertThat(page).contains(START + table + END);
  }

  @Test
  void whatWorksHasACase() throws IOException {
    Set<String> works;
    try (var filters = new GatewayFilters(Plugins.in(null))) {
      works = new TreeSet<>(filters.names());
    }
    works.removeIf(name -> FilterCatalogue.refusal(name).isPresent());

    assertThat(FiltersTest.cases().map(FiltersTest.Case::name)).containsAll(works);
  }

  private static String table() throws IOException {
    var rows = new StringBuilder("| filter | here | instead, on the express lane |\n");
    rows.append("| --- | --- | --- |\n");
    try (var filters = new GatewayFilters(Plugins.in(null))) {
      Set<String> names = new TreeSet<>(filters.names());
      names.addAll(FilterCatalogue.refused());
      for (String name : names) {
        rows.append(
            "| `%s` | %s | %s |\n"
                .formatted(
                    name,
                    FilterCatalogue.refusal(name).map(why -> "refused: " + why).orElse("works"),
                    FilterCatalogue.twin(name).map(twin -> '`' + twin + '`').orElse("")));
      }
    }
    return rows.toString();
  }
}
