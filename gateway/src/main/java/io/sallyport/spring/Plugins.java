package io.sallyport.spring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Filters of the operator's own: the jars of a folder. A jar names its Spring configurations where
/// Spring Boot's auto-configurations are named, one class in a line; each `GatewayFilterFactory`
/// bean of theirs is a filter.
///
/// Their code runs in the gateway, with all that the gateway may do.
record Plugins(ClassLoader classes, List<Class<?>> configurations) {
  private static final String NAMES =
      "META-INF/spring/org.springframework.boot.autoconfigure.AutoConfiguration.imports";

  Plugins {
    configurations = List.copyOf(configurations);
  }

  /// @param folder null: there are none
  /// @throws IOException when it cannot be read, or a jar names a class that it does not have
  static Plugins in(@Nullable Path folder) throws IOException {
    ClassLoader ours = Plugins.class.getClassLoader();
    if (folder == null) {
      return new Plugins(ours, List.of());
    }
    URL[] jars;
    try (var files = Files.list(folder)) {
      jars =
          files
              .filter(file -> file.toString().endsWith(".jar"))
              .sorted()
              .map(Plugins::url)
              .toArray(URL[]::new);
    }
    var theirs = new URLClassLoader("plugins", jars, ours);
    List<Class<?>> configurations = new ArrayList<>();
    for (URL names : Collections.list(theirs.findResources(NAMES))) {
      try (var file = names.openStream()) {
        String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
        for (String line : text.lines().map(String::strip).toList()) {
          if (!line.isEmpty() && !line.startsWith("#")) {
            configurations.add(theirs.loadClass(line));
          }
        }
      } catch (ClassNotFoundException e) {
        throw new IOException(names + " names a class that is not there: " + e.getMessage(), e);
      }
    }
    return new Plugins(theirs, configurations);
  }

  private static URL url(Path file) {
    try {
      return file.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new UncheckedIOException(e);
    }
  }
}
