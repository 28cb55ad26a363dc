package io.sallyport.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetReaderTest {
  private static final String HOST = "api.example.com";

  private static TargetReading read(String target) {
    return TargetReader.read("GET", HOST, target);
  }

  private static @Nullable String pathOf(String target) {
    return read(target) instanceof RequestTarget understood ? understood.path() : null;
  }

  @Test
  void aCanonicalTargetIsNotCopied() {
    String path = "/orders/42";

    RequestTarget target = (RequestTarget) TargetReader.read("GET", HOST, path);

    assertThat(target.path()).isSameAs(path);
    assertThat(target.host()).isSameAs(HOST);
    assertThat(target.query()).isSameAs(Query.NONE);
  }

  @ParameterizedTest
  @CsvSource({
    "/, /",
    "/a, /a",
    "/a/, /a/",
    "/a/b, /a/b",
    "/..., /...",
    "/.a/b., /.a/b.",
    "/%41%2d%7e, /A-~",
    "/%e2%82%ac, /%E2%82%AC",
    "/a%20b, /a%20b",
    "/a%3fb%23, /a%3Fb%23",
    "/50%25, /50%25",
    "/a:b@c!$&'()*+=, /a:b@c!$&'()*+=",
  })
  void aPathHasOneSpelling(String sent, String canonical) {
    assertThat(pathOf(sent)).isEqualTo(canonical);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "*",
        "/a/..%2fadmin",
        "/a%2Fb",
        "/a%5cb",
        "/a\\b",
        "/a%00",
        "//",
        "//a",
        "/a//b",
        "/a//",
        "/.",
        "/..",
        "/./a",
        "/a/.",
        "/a/..",
        "/a/../b",
        "/%2e",
        "/%2E%2e/a",
        "/.%2e/a",
        "/a/%2e",
        "/a;b",
        "/a;",
        "/;a=b/c",
        "/a%3bb",
        "/a#b",
        "/a?b#c",
        "/a%",
        "/a%4",
        "/a%4g",
        "/a%g4",
        "/a%%34%31",
        "/a?%",
        "/a?b=%zz",
        "/a?%00",
        "/a%c0%af",
        "/a%c0%80",
        "/a%e0%80%af",
        "/a%ed%a0%80",
        "/a%f5%80%80%80",
        "/a%80",
        "/a%c3",
        "/a%c3x",
        "/a?x=%c0%af",
        "/a?x=%c3&%a9",
        "/a%0d%0a",
        "/a%7f",
        "/a%c2%85",
        "/a%252f",
        "/a%25%32%66",
        "/a b",
        "/a\tb",
        "/a\"b",
        "/a<b",
        "/a|b",
        "/a{b}",
        "/a^b",
        "/a`b",
        "/a[b]",
        "/ä",
        "/a?ä",
        "/a?b[c]=d",
        "/a?b c",
        "/a?a+b=c",
        "http://api.example.com:80/a",
        "http://other.example.com/a",
        "http://user@api.example.com/a",
        "https:///a",
        "ftp://api.example.com/a",
        "https:/a",
        "api.example.com:443",
        "http://api.example.com#a",
        "http://api.example.com//a",
      })
  void whatHasTwoMeaningsIsRefused(String target) {
    assertThat(read(target)).isInstanceOf(TargetReading.Ambiguous.class);
  }

  @ParameterizedTest
  @CsvSource({
    "http://api.example.com, /",
    "https://api.example.com/, /",
    "HTTPS://API.example.com/a, /a",
    "http://api.example.com?x=1, /?x=1",
    "http://api.example.com/a?x=1, /a?x=1",
  })
  void anAbsoluteFormThatAgreesWithItsHostIsUnderstood(String sent, String pathAndQuery) {
    assertThat(((RequestTarget) read(sent)).pathAndQuery()).isEqualTo(pathAndQuery);
  }

  @Test
  void anAbsoluteFormRepeatsThePortAsTheHostFieldHasIt() {
    assertThat(TargetReader.read("GET", "a.example:8443", "https://a.example:8443/x"))
        .isInstanceOf(RequestTarget.class);
    assertThat(TargetReader.read("GET", "a.example:8443", "https://a.example/x"))
        .isInstanceOf(TargetReading.Ambiguous.class);
  }

  @ParameterizedTest
  @CsvSource({
    "api.example.com, api.example.com",
    "API.Example.COM, api.example.com",
    "api.example.com:443, api.example.com",
    "localhost:1, localhost",
    "localhost:65535, localhost",
    "127.0.0.1:8443, 127.0.0.1",
    "xn--bcher-kva.example, xn--bcher-kva.example",
    "[::1], [::1]",
    "[::1]:8443, [::1]",
    "[0:0:0:0:0:0:0:1], [::1]",
    "[2001:DB8::0:0:1], [2001:db8::1]",
    "[2001:db8:0:1:1:1:1:1], [2001:db8:0:1:1:1:1:1]",
    "[1:0:0:2:0:0:0:3], [1:0:0:2::3]",
    "[::], [::]",
    "[1::], [1::]",
  })
  void aHostHasOneSpelling(String authority, String host) {
    assertThat(((RequestTarget) TargetReader.read("GET", authority, "/")).host()).isEqualTo(host);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":443",
        "a:",
        "a:0",
        "a:080",
        "a:65536",
        "a:99999",
        "a:100000",
        "a:8x",
        "a:-1",
        "a:80:80",
        "a.",
        ".a",
        "a..b",
        ".",
        "-a",
        "a-",
        "a.-b",
        "a_b",
        "a b",
        " a",
        "a ",
        "a/b",
        "a?b",
        "a#b",
        "a@b",
        "u:p@a",
        "a%41",
        "ä.example",
        "a,b",
        "a\\b",
        "*.a",
        "[",
        "[::1",
        "::1",
        "[::1]x",
        "[::1]:",
        "[::1%25lo]",
        "[fe80::1%lo]",
        "[1.2.3.4]",
        "[::ffff:1.2.3.4]",
        "[v1.a]",
        "[]",
        "[:]",
        "[g::]",
        "a\u0000",
      })
  void aBadAuthorityIsRefused(String authority) {
    assertThat(TargetReader.read("GET", authority, "/"))
        .isInstanceOf(TargetReading.Ambiguous.class);
  }

  @Test
  void longNamesAndLabelsAreRefused() {
    String label = "a".repeat(63);
    String longest = label + '.' + label + '.' + label + '.' + "a".repeat(61);
    assertThat(TargetReader.read("GET", longest, "/")).isInstanceOf(RequestTarget.class);
    assertThat(TargetReader.read("GET", longest + 'a', "/"))
        .isInstanceOf(TargetReading.Ambiguous.class);
    assertThat(TargetReader.read("GET", label + "a.example", "/"))
        .isInstanceOf(TargetReading.Ambiguous.class);
  }

  @Test
  void aMissingAuthorityIsAmbiguousEvenWhenTheTargetHasOne() {
    assertThat(TargetReader.read("GET", null, "/")).isInstanceOf(TargetReading.Ambiguous.class);
    assertThat(TargetReader.read("GET", null, "https://api.example.com/"))
        .isInstanceOf(TargetReading.Ambiguous.class);
  }

  @Test
  void whatAddressesTheGatewayItselfHasNoTarget() {
    assertThat(TargetReader.read("OPTIONS", HOST, "*")).isInstanceOf(TargetReading.Ambiguous.class);
    assertThat(TargetReader.read("CONNECT", HOST, "/")).isInstanceOf(TargetReading.Ambiguous.class);
    assertThat(TargetReader.read("OPTIONS", HOST, "/a")).isInstanceOf(RequestTarget.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "G T", "GET ", "G\u0000", "GÉT", "G(", "G/T"})
  void aMethodIsAToken(String method) {
    assertThat(TargetReader.read(method, HOST, "/")).isInstanceOf(TargetReading.Ambiguous.class);
  }

  @Test
  void everyCharacterAnywhereInAPathIsUnderstoodOrRefused() {
    String allowed =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_~!$&'()*+,=:@";
    for (char c = 0; c < 0x180; c++) {
      for (String template : List.of("/#", "/#a", "/a#", "/a#a", "/#/a", "/a/#/b", "/a/#")) {
        String path = template.replace('#', c);
        boolean dot = c == '.';
        boolean endsWithSlash = c == '/' && (template.equals("/a#") || template.equals("/a#a"));
        boolean question = c == '?';
        boolean expected =
            allowed.indexOf(c) >= 0
                || endsWithSlash
                || question
                || (dot && template.contains("a#") && !template.contains("/#"))
                || (dot && template.equals("/#a"));
        assertThat(read(path) instanceof RequestTarget)
            .as("U+%04X in %s", (int) c, template)
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void everyEscapedOctetIsDecodedKeptOrRefused() {
    String unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    for (int octet = 0; octet < 256; octet++) {
      String escape = "%%%02x".formatted(octet);
      boolean control = octet < 0x20 || octet == 0x7f;
      boolean refused = control || octet >= 0x80 || "/\\;".indexOf(octet) >= 0;
      String expected =
          refused
              ? null
              : unreserved.indexOf(octet) >= 0
                  ? "/x" + (char) octet + 'y'
                  : "/x%%%02Xy".formatted(octet);
      assertThat(pathOf("/x" + escape + 'y')).as(escape).isEqualTo(expected);
    }
  }

  @Test
  void everyPairOfEscapedOctetsIsUtf8OrRefused() {
    for (int first = 0x80; first < 0x100; first++) {
      for (int second = 0x80; second < 0x100; second++) {
        String path = "/%%%02X%%%02X".formatted(first, second);
        boolean letter = first >= 0xc2 && first <= 0xdf && second <= 0xbf;
        boolean control = first == 0xc2 && second < 0xa0;
        assertThat(read(path) instanceof RequestTarget).as(path).isEqualTo(letter && !control);
      }
    }
  }

  @Test
  void everyCharacterOfAQueryIsUnderstoodOrRefused() {
    String allowed =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@/?";
    for (char c = 0; c < 0x180; c++) {
      assertThat(read("/?a=" + c) instanceof RequestTarget)
          .as("U+%04X", (int) c)
          .isEqualTo(allowed.indexOf(c) >= 0);
    }
  }

  @Test
  void readingTheCanonicalFormAgainGivesItself() {
    Random random = new Random(4);
    String alphabet = "ab/.%25eEfF2c3;?&=+~-_:@!0A9\\#\u00e9 ";
    int understood = 0;
    for (int round = 0; round < 50_000; round++) {
      StringBuilder text = new StringBuilder("/");
      int length = random.nextInt(12);
      for (int i = 0; i < length; i++) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      if (read(text.toString()) instanceof RequestTarget once) {
        understood++;
        assertThat(read(once.pathAndQuery())).as(text.toString()).isEqualTo(once);
      }
    }
    assertThat(understood).isGreaterThan(1000);
  }
}
