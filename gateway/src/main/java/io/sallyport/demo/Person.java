package io.sallyport.demo;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The people of the demo, as its bundle knows them.
enum Person {
  /// Reads and writes the orders of acme.
  ALICE("shop-web", "orders:read orders:write", "acme"),
  /// Reads the orders of globex.
  BOB("shop-app", "orders:read", "globex");

  /// A working day, the longest that the demo's bundle accepts.
  static final Duration LIFETIME = Duration.ofHours(8);

  private static final String AUDIENCE = "api://orders";

  private final String client;
  private final String scopes;
  private final String tenant;

  Person(String client, String scopes, String tenant) {
    this.client = client;
    this.scopes = scopes;
    this.tenant = tenant;
  }

  static Optional<Person> named(String name) {
    return Arrays.stream(values()).filter(person -> person.subject().equals(name)).findFirst();
  }

  String subject() {
    return name().toLowerCase(Locale.ROOT);
  }

  String tenant() {
    return tenant;
  }

  TokenRequest tokenRequest() {
    return new TokenRequest(
        subject(),
        client,
        List.of(scopes.split(" ")),
        AUDIENCE,
        Map.of("tenant", tenant),
        LIFETIME);
  }
}
