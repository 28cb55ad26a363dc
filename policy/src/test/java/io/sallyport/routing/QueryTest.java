package io.sallyport.routing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QueryTest {

  private static Query query(String target) {
    return ((RequestTarget) TargetReader.read("GET", "api.example.com", target)).query();
  }

  @Test
  void namesAndValuesAreDecodedOnce() {
    Query query = query("/?%74enant=t%2f1&price=%e2%82%ac&twice=%2541");

    assertThat(query.all("tenant")).containsExactly("t/1");
    assertThat(query.all("price")).containsExactly("€");
    assertThat(query.all("twice")).containsExactly("%41");
    assertThat(query.raw()).isEqualTo("tenant=t%2F1&price=%E2%82%AC&twice=%2541");
  }

  @Test
  void aNameThatCameTwiceHasBothValuesInOrder() {
    assertThat(query("/?x=1&y=2&%78=3").all("x")).containsExactly("1", "3");
  }

  @Test
  void ampersandAloneSeparates() {
    Query query = query("/?a=1;b=2&c=3=4&&d&=e");

    assertThat(query.all("a")).containsExactly("1;b=2");
    assertThat(query.all("b")).isEmpty();
    assertThat(query.all("c")).containsExactly("3=4");
    assertThat(query.all("d")).containsExactly("");
    assertThat(query.all("")).containsExactly("e");
  }

  @Test
  void aPlusSignStaysAndIsRemembered() {
    Query query = query("/?a=b+c&d=e%2Bf");

    assertThat(query.all("a")).containsExactly("b+c");
    assertThat(query.isPlain("a")).isFalse();
    assertThat(query.all("d")).containsExactly("e+f");
    assertThat(query.isPlain("d")).isTrue();
    assertThat(query.isPlain("absent")).isTrue();
  }

  @Test
  void noQueryAndAnEmptyOneAreNotTheSame() {
    assertThat(query("/").raw()).isNull();
    assertThat(query("/?").raw()).isEmpty();
    assertThat(query("/?").values()).isEmpty();
  }

  @Test
  void theNumberOfParametersIsBounded() {
    assertThat(TargetReader.read("GET", "a.example", "/?a" + "&a".repeat(999)))
        .isInstanceOf(RequestTarget.class);
    assertThat(TargetReader.read("GET", "a.example", "/?a" + "&a".repeat(1000)))
        .isInstanceOf(TargetReading.Ambiguous.class);
  }
}
