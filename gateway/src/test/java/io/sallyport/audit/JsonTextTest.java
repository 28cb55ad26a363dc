package io.sallyport.audit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/// What is written here, any JSON reader reads back.
final class JsonTextTest {
  private final JsonText json = new JsonText(16);

  @Test
  void everyCharacterComesBack() {
    var all = new StringBuilder();
    for (char c = 0; c < 0x3000; c++) {
      all.append(c);
    }

    json.text(all.toString());

    assertThat(read(String.class)).isEqualTo(all.toString());
  }

  @Test
  void randomTextsComeBackAndAreAscii() {
    Random random = new Random(7);
    for (int i = 0; i < 2_000; i++) {
      String text =
          random
              .ints(random.nextInt(40), 0, 0xd800)
              .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
              .toString();
      json.cutTo(0);

      json.text(text);

      assertThat(read(String.class)).isEqualTo(text);
      assertThat(text()).matches("[ -~]*");
    }
  }

  @Test
  void halfOfAPairIsEscaped() {
    json.text("\ud800");

    assertThat(text()).isEqualTo("\"\\uD800\"");
  }

  @ParameterizedTest
  @ValueSource(
      longs = {0, 1, 9, 10, 99, 100, 12345, 1_000_000_007L, -5, Long.MAX_VALUE, Long.MIN_VALUE})
  void numbersAreWrittenInFull(long number) {
    json.number(number);

    assertThat(text()).isEqualTo(Long.toString(number));
  }

  @Test
  void commasStandBetweenAndNowhereElse() {
    json.begin();
    json.number("a", 1);
    json.name("b").value(new LinkedHashMap<String, Object>());
    json.name("c").value(List.of());
    json.name("d").value(List.of(List.of(1L, 2L), Map.of("x", true), 1.5));
    json.name("e").nothing();
    json.end();

    assertThat(text())
        .isEqualTo("{\"a\":1,\"b\":{},\"c\":[],\"d\":[[1,2],{\"x\":true},1.5],\"e\":null}");
  }

  @Test
  void whatJsonHasNoFormForIsText() {
    json.value(List.of(Double.NaN, Double.POSITIVE_INFINITY));

    assertThat(text()).isEqualTo("[\"NaN\",\"Infinity\"]");
  }

  @Test
  void aLineThatCouldNotBeToldInFullIsCutOff() {
    json.begin();
    json.end();
    int whole = json.length();
    json.begin();
    json.text("half", "a");

    json.cutTo(whole);
    json.newLine();

    assertThat(text()).isEqualTo("{}\n");
  }

  private String text() {
    return new String(json.bytes(), 0, json.length(), US_ASCII);
  }

  private <T> T read(Class<T> type) {
    return JsonMapper.shared().readValue(text(), type);
  }
}
