package io.sallyport.boot;

import io.sallyport.bundle.source.Suggestion;
import io.sallyport.cli.ConfigurationRefused;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.convert.ConversionFailedException;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/// From Spring's property sources to [Settings], or to everything that is wrong with them.
final class SettingsReader {
  private static final String PREFIX = "sallyport";

  /// The launcher's own: where the program lives.
  private static final ConfigurationPropertyName HOME =
      ConfigurationPropertyName.of("sallyport.home");

  private final ConfigurableEnvironment environment;
  private final Binder binder;
  private final List<String> problems = new ArrayList<>();

  private SettingsReader(ConfigurableEnvironment environment) {
    this.environment = environment;
    this.binder = Binder.get(environment);
  }

  /// Reads every group.
  ///
  /// @throws ConfigurationRefused with one line for each unknown property and each group that
  ///   cannot be read
  static Settings read(ConfigurableEnvironment environment) {
    var reader = new SettingsReader(environment);
    reader.refuseUnknown();
    var settings = reader.groups();
    if (settings == null || !reader.problems.isEmpty()) {
      throw new ConfigurationRefused(reader.problems);
    }
    return settings;
  }

  private @Nullable Settings groups() {
    var general = group("", Settings.General.class);
    var https = group(".https", Settings.Https.class);
    var http = group(".http", Settings.Http.class);
    var tls = group(".tls", Settings.Tls.class);
    var redis = group(".redis", Settings.Redis.class);
    var audit = group(".audit", Settings.Audit.class);
    var bundle = group(".bundle", Settings.BundleSource.class);
    var drain = group(".drain", Settings.Drain.class);
    var bounds = group(".bounds", Settings.Bounds.class);
    var tokens = group(".tokens", Settings.Tokens.class);
    var identity = group(".identity", Settings.Identity.class);
    var management = group(".management", Settings.Management.class);
    if (general == null
        || https == null
        || http == null
        || tls == null
        || redis == null
        || audit == null
        || bundle == null
        || drain == null
        || bounds == null
        || tokens == null
        || identity == null
        || management == null) {
      return null;
    }
    return new Settings(
        general,
        https,
        http,
        tls,
        redis,
        audit,
        bundle,
        drain,
        bounds,
        tokens,
        identity,
        management);
  }

  private <T> @Nullable T group(String name, Class<T> type) {
    try {
      return binder.bindOrCreate(PREFIX + name, type);
    } catch (BindException e) {
      problems.add(describe(e));
      return null;
    }
  }

  /// One line for people: the property, its value where that tells nothing secret, what it must be.
  static String describe(BindException problem) {
    var property = problem.getProperty();
    for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConversionFailedException conversion) {
        var name = property == null ? problem.getName() : property.getName();
        return name
            + ": '"
            + conversion.getValue()
            + "' is not "
            + kind(conversion.getTargetType().getType());
      }
    }
    Throwable root = problem;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return problem.getName() + (problem.getName().isEmpty() ? "" : ".") + root.getMessage();
  }

  private static String kind(Class<?> type) {
    if (type == int.class || type == Integer.class) {
      return "a whole number";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (type == Duration.class) {
      return "a duration such as 500ms, 25s or 2h";
    }
    if (type == InetAddress.class) {
      return "an address of this machine";
    }
    if (type.isEnum()) {
      return "one of "
          + String.join(
              ", ",
              Arrays.stream(type.getEnumConstants())
                  .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
                  .toList());
    }
    return "a " + type.getSimpleName();
  }

  /// What somebody wrote with the intention to change something must change it, or be refused. The
  /// environment is spared: Kubernetes puts variables there that begin with a service's name.
  private void refuseUnknown() {
    var known = known().keySet().stream().map(ConfigurationPropertyName::of).toList();
    var prefix = ConfigurationPropertyName.of(PREFIX);
    for (var source : ConfigurationPropertySources.get(environment)) {
      if (source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource
          || !(source instanceof IterableConfigurationPropertySource names)) {
        continue;
      }
      for (var name : names) {
        if (prefix.isAncestorOf(name) && !name.equals(HOME) && !known.contains(plain(name))) {
          problems.add(
              name
                  + ": there is no such setting"
                  + Suggestion.among(known().keySet(), name.toString()));
        }
      }
    }
  }

  /// The name without `[0]`.
  private static ConfigurationPropertyName plain(ConfigurationPropertyName name) {
    var plain = ConfigurationPropertyName.EMPTY;
    for (int i = 0; i < name.getNumberOfElements(); i++) {
      if (!name.isNumericIndex(i)) {
        plain = plain.append(name.getElement(i, Form.DASHED));
      }
    }
    return plain;
  }

  /// Every property with its default as it would be written; empty when there is none.
  static Map<String, String> known() {
    var known = new TreeMap<String, String>();
    for (var component : Settings.class.getRecordComponents()) {
      var group = component.getType();
      collect(
          group == Settings.General.class ? PREFIX : PREFIX + '.' + dashed(component),
          group,
          known);
    }
    return known;
  }

  private static void collect(String prefix, Class<?> type, Map<String, String> known) {
    var parameters = type.getDeclaredConstructors()[0].getParameters();
    var components = type.getRecordComponents();
    for (int i = 0; i < components.length; i++) {
      var name = prefix + '.' + dashed(components[i]);
      var element = element(components[i]);
      if (element.isRecord()) {
        collect(name, element, known);
      } else {
        var value = parameters[i].getAnnotation(DefaultValue.class);
        known.put(name, value == null ? "" : String.join(",", value.value()));
      }
    }
  }

  private static Class<?> element(RecordComponent component) {
    return component.getGenericType() instanceof ParameterizedType list
        ? (Class<?>) Objects.requireNonNull(list.getActualTypeArguments()[0])
        : component.getType();
  }

  private static String dashed(RecordComponent component) {
    return component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }
}
