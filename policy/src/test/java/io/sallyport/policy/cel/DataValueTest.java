package io.sallyport.policy.cel;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DataValueTest {

  private static Object value(String type, Object yaml) {
    return switch (DataValue.of(type, yaml)) {
      case DataValue.Read(DataValue read) -> read.value();
      case DataValue.Unreadable(String why) -> throw new AssertionError(why);
    };
  }

  private static String problem(String type, Object yaml) {
    return switch (DataValue.of(type, yaml)) {
      case DataValue.Read(DataValue read) -> throw new AssertionError(read);
      case DataValue.Unreadable(String why) -> why;
    };
  }

  @Test
  void aValueHasTheTypeThatIsDeclared() {
    assertThat(value("string", "a")).isEqualTo("a");
    assertThat(value("int", 7)).isEqualTo(7L);
    assertThat(value("int", 7L)).isEqualTo(7L);
    assertThat(value("double", 7)).isEqualTo(7.0);
    assertThat(value("double", 0.5)).isEqualTo(0.5);
    assertThat(value("bool", true)).isEqualTo(true);
    assertThat(value("cidr", "192.0.2.0/24")).isEqualTo("192.0.2.0/24");
    assertThat(value("list(int)", List.of(1, 2L))).isEqualTo(List.of(1L, 2L));
    assertThat(value("list(cidr)", List.of())).isEqualTo(List.of());
    assertThat(value("map(string,string)", Map.of("a", "b"))).isEqualTo(Map.of("a", "b"));
  }

  @Test
  void aValueOfAnotherTypeIsAProblem() {
    assertThat(problem("string", 7)).isEqualTo("'7' is not of type string");
    assertThat(problem("int", "7")).isEqualTo("'7' is not of type int");
    assertThat(problem("int", 0.5)).isEqualTo("'0.5' is not of type int");
    assertThat(problem("bool", "true")).isEqualTo("'true' is not of type bool");
    assertThat(problem("list(string)", "a")).isEqualTo("'a' is not of type list(string)");
    assertThat(problem("list(string)", Arrays.asList("a", null)))
        .isEqualTo("item 2: 'null' is not of type string");
    assertThat(problem("list(cidr)", List.of("192.0.2.0/24", "x")))
        .isEqualTo("item 2: 'x' is not a network such as 192.0.2.0/24 or 2001:db8::/32");
    assertThat(problem("map(string, string)", Map.of("a", 1)))
        .isEqualTo("'a': keys and values must be strings");
    assertThat(problem("list(strng)", List.of()))
        .startsWith("unknown type 'list(strng)'; did you mean 'list(string)'?; types are bool, ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "192.0.2.0/24",
        "0.0.0.0/0",
        "192.0.2.1",
        "192.0.2.1/32",
        "2001:db8::/32",
        "::/0",
        "::1",
      })
  void aNetworkIsAnAddressWithAPrefix(String cidr) {
    assertThat(value("cidr", cidr)).isEqualTo(cidr);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "192.0.2.1/24",
        "192.0.2.0/33",
        "192.0.2.0/-1",
        "192.0.2.0/",
        "192.0.2/24",
        "192.0.2.0/024",
        "192.0.02.0/24",
        "256.0.0.0/8",
        "2001:db8::1/32",
        "2001:db8::/129",
        "::ffff:192.0.2.0/120",
        "fe80::1%lo",
        "localhost",
        "192.0.2.0/24 ",
      })
  void anythingElseIsNoNetwork(String cidr) {
    assertThat(problem("cidr", cidr)).contains(cidr);
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.0, true",
    "192.0.2.255, true",
    "192.0.1.255, false",
    "192.0.3.0, false",
    "10.1.2.3, true",
    "10.200.2.3, true",
    "11.0.0.0, false",
    "203.0.113.9, true",
    "203.0.113.8, false",
    "2001:db8::1, true",
    "2001:db9::1, false",
    "::1, false",
    "::ffff:192.0.2.7, true",
  })
  void networksKnowTheirAddresses(String address, boolean within) {
    Networks networks =
        new Networks(
            List.of("10.0.0.0/8", "2001:db8::/32", "192.0.2.0/24", "10.1.0.0/16", "203.0.113.9"));

    assertThat(networks.contains(InetAddress.ofLiteral(address))).isEqualTo(within);
  }

  @Test
  void everyIpv6AddressIsNotEveryAddress() {
    assertThat(new Networks(List.of("::/0")).contains(InetAddress.ofLiteral("192.0.2.1")))
        .isFalse();
  }
}
