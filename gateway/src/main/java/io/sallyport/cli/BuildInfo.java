package io.sallyport.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;

/// Which gateway this is.
///
/// @param version such as `1.2.0`; `unknown` outside of a build
/// @param commit the commit it was built from
public record BuildInfo(String version, String commit) {

  public static BuildInfo read() {
    var values = new Properties();
    try (var stream = BuildInfo.class.getResourceAsStream("/io/sallyport/build.properties")) {
      if (stream != null) {
        values.load(stream);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new BuildInfo(
        values.getProperty("version", "unknown"), values.getProperty("commit", "unknown"));
  }
}
