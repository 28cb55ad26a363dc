package io.sallyport.spring;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/// Makes jars of plugins.
final class PluginJar {
  private static final String NAMES =
      "META-INF/spring/org.springframework.boot.autoconfigure.AutoConfiguration.imports";

  private PluginJar() {}

  /// @param classes a folder of classes that it holds
  static void write(Path jar, Path classes, String configuration) throws IOException {
    try (var out = new JarOutputStream(Files.newOutputStream(jar));
        var files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new JarEntry(classes.relativize(file).toString()));
        Files.copy(file, out);
      }
      out.putNextEntry(new JarEntry(NAMES));
      out.write(("# filters\n" + configuration + '\n').getBytes(StandardCharsets.UTF_8));
    }
  }
}
