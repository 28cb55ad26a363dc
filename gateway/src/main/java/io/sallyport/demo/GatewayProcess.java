package io.sallyport.demo;

import java.util.List;

/// How the demo starts a gateway: through the settings that any operator would give it.
public interface GatewayProcess {

  /// Starts a gateway and returns when it serves.
  ///
  /// @param settings as on a command line: `--sallyport.https.port=8443`
  Running start(List<String> settings);

  /// A gateway that serves.
  interface Running extends AutoCloseable {

    /// Drains and stops it.
    @Override
    void close();
  }
}
