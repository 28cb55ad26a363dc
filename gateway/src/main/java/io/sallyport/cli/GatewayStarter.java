package io.sallyport.cli;

import java.util.List;

/// Starts a gateway in this process. The room that knows how gives it to the commands.
public interface GatewayStarter {

  /// Starts and returns when the gateway serves.
  ///
  /// @param properties settings as on a command line: `--sallyport.https.port=8444`
  /// @throws ConfigurationRefused when a setting, a file, a port or the bundle is not right
  RunningGateway start(List<String> properties);
}
