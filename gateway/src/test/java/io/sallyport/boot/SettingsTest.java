package io.sallyport.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.cli.ConfigurationRefused;
import io.sallyport.listener.ListenerSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

final class SettingsTest {
  private static final Pattern ROW =
      Pattern.compile("^\\| `(sallyport\\.[a-z.-]+)` \\| (?:`([^`]*)`)? ?\\| ", Pattern.MULTILINE);

  @Test
  void theReferencePageNamesEverySettingWithItsDefault() throws Exception {
    var page = Files.readString(Path.of("..", "docs", "reference", "settings.md"));
    var written = new TreeMap<String, String>();
    var rows = ROW.matcher(page);
    while (rows.find()) {
      written.put(rows.group(1), rows.group(2) == null ? "" : rows.group(2));
    }

    assertThat(written).isEqualTo(SettingsReader.known());
  }

  @Test
  void theDefaultsOfTheListenerAreItsOwn() {
    var bounds = SettingsReader.read(environment(Map.of())).bounds();
    var own = ListenerSettings.Bounds.DEFAULT;

    assertThat(bounds.handshake()).isEqualTo(own.handshake());
    assertThat(bounds.header()).isEqualTo(own.header());
    assertThat(bounds.idle()).isEqualTo(own.idle());
    assertThat(bounds.headerSize().toBytes()).isEqualTo(own.headerBytes());
    assertThat(bounds.headerCount()).isEqualTo(own.headerCount());
    assertThat(bounds.requestLineSize().toBytes()).isEqualTo(own.requestLineBytes());
    assertThat(bounds.streams()).isEqualTo(own.streams());
    assertThat(bounds.connections()).isEqualTo(own.connections());
    assertThat(bounds.connectionsPerSource()).isEqualTo(own.connectionsPerSource());
    assertThat(bounds.bytesInFlight().toBytes()).isEqualTo(own.bytesInFlight());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          sallyport.https.port            | eighty  | sallyport.https.port: 'eighty' is not a whole number
          sallyport.https.port            | 70000   | sallyport.https.port: 70000 is not possible; 0 to 65535
          sallyport.https.hsts.max-age    | -1s     | sallyport.https.hsts.max-age: PT-1S is not possible; not negative
          sallyport.drain.timeout         | soon    | sallyport.drain.timeout: 'soon' is not a duration such as 500ms, 25s or 2h
          sallyport.audit.when-full       | panic   | sallyport.audit.when-full: 'panic' is not one of refuse, drop
          sallyport.event-loops           | -1      | sallyport.event-loops: -1 is not possible; 0 to 1024
          sallyport.trusted-proxies       | home    | sallyport.trusted-proxies: home is not possible; networks such as 10.0.0.0/8
          sallyport.management.token-hash | secret  | sallyport.management.token-hash: (hidden) is not possible; a bcrypt hash; make one: sallyport token --management
          sallyport.redis.uri             | localhost | sallyport.redis.uri: (hidden) is not possible; redis://HOST:PORT
          sallyport.tls.key               | a.key   | sallyport.tls.certificate and key: one is set without the other
          sallyport.htps.port             | 1       | sallyport.htps.port: there is no such setting; did you mean 'sallyport.https.port'?
          sallyport.https.publicport      | x       | sallyport.https.public-port: 'x' is not a whole number
          """)
  void aMistakeIsOneLineThatNamesTheSetting(String name, String value, String line) {
    assertThatThrownBy(() -> SettingsReader.read(environment(Map.of(name, value))))
        .isInstanceOf(ConfigurationRefused.class)
        .extracting(e -> ((ConfigurationRefused) e).lines())
        .asInstanceOf(InstanceOfAssertFactories.LIST)
        .containsExactly(line);
  }

  @Test
  void mistakesInSeveralGroupsAreToldAtOnce() {
    var wrong =
        Map.<String, Object>of(
            "sallyport.https.port", "x", "sallyport.drain.delay", "x", "sallyport.nothing", "x");

    assertThatThrownBy(() -> SettingsReader.read(environment(wrong)))
        .extracting(e -> ((ConfigurationRefused) e).lines())
        .asInstanceOf(InstanceOfAssertFactories.LIST)
        .hasSize(3);
  }

  @Test
  void whatKubernetesPutsIntoTheEnvironmentIsNoMistake() {
    var environment = environment(Map.of());
    environment
        .getPropertySources()
        .addLast(
            new SystemEnvironmentPropertySource(
                "env",
                Map.of("SALLYPORT_SERVICE_HOST", "10.0.0.1", "SALLYPORT_DRAIN_DELAY", "5s")));

    assertThat(SettingsReader.read(environment).drain().delay()).isEqualTo(Duration.ofSeconds(5));
  }

  private static ConfigurableEnvironment environment(Map<String, Object> properties) {
    var environment = new StandardEnvironment();
    environment
        .getPropertySources()
        .forEach(s -> environment.getPropertySources().remove(s.getName()));
    environment.getPropertySources().addFirst(new MapPropertySource("test", properties));
    return environment;
  }
}
