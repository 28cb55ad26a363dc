package io.sallyport.loadtest;

import io.sallyport.loadtest.measure.Protocol;
import io.sallyport.loadtest.process.Cores;
import io.sallyport.loadtest.process.Ended;
import io.sallyport.loadtest.process.Started;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The load generators of this module, each as a process of its own on the generator's cores, which
/// says what it saw in one line of JSON.
final class Generators {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final String PACKAGE = "io.sallyport.loadtest.generator.";

  private final Path java;
  private final Started started;

  Generators(Path java, Started started) {
    this.java = java;
    this.started = started;
  }

  /// Runs one to its end.
  ///
  /// @throws NotMeasured when it does not end well, or says nothing that can be read
  JsonNode run(String cores, String name, List<String> arguments, Duration atMost)
      throws IOException, InterruptedException, NotMeasured {
    Ended ended = started.run(command(cores, name, arguments), atMost);
    if (!ended.well()) {
      throw new NotMeasured(name + ": " + ended.firstLine());
    }
    return ended
        .output()
        .lines()
        .filter(line -> line.startsWith("{"))
        .findFirst()
        .map(Generators::parse)
        .orElseThrow(() -> new NotMeasured(name + " said: " + ended.firstLine()));
  }

  /// Opens connections and leaves them open.
  ///
  /// @throws NotMeasured when not all of them are open in time
  Held hold(String cores, List<String> arguments, int count, Duration atMost)
      throws IOException, InterruptedException, NotMeasured {
    Process process = started.converse("idle", command(cores, "IdleConnections", arguments));
    try {
      String line = first(process.inputReader(StandardCharsets.UTF_8), atMost);
      int open = line.startsWith("{") ? parse(line).path("open").asInt() : 0;
      if (open != count) {
        throw new NotMeasured("%d of %d connections are open".formatted(open, count));
      }
      return () -> started.end(process);
    } catch (InterruptedException | NotMeasured e) {
      started.end(process);
      throw e;
    }
  }

  /// Connections that are open until it is closed.
  @FunctionalInterface
  interface Held extends AutoCloseable {
    @Override
    void close();
  }

  /// What every request needs to say.
  static List<String> target(int port, String path, Protocol protocol, int expect) {
    return new ArrayList<>(
        List.of(
            "--port",
            String.valueOf(port),
            "--server-name",
            "localhost",
            "--path",
            path,
            "--protocol",
            protocol.label(),
            "--expect",
            String.valueOf(expect)));
  }

  private List<String> command(String cores, String name, List<String> arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                java.toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseSerialGC",
                "-Xmx1g",
                "-Xlog:disable",
                "-cp",
                System.getProperty("java.class.path"),
                PACKAGE + name));
    command.addAll(arguments);
    return Cores.pinned(cores, command);
  }

  private static String first(BufferedReader reader, Duration atMost)
      throws InterruptedException, NotMeasured {
    CompletableFuture<String> line =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                String read = reader.readLine();
                return read == null ? "" : read;
              } catch (IOException e) {
                return "";
              }
            });
    try {
      return line.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new NotMeasured("connections were not open in time", e);
    }
  }

  private static JsonNode parse(String line) {
    try {
      return MAPPER.readTree(line);
    } catch (JacksonException e) {
      throw new IllegalStateException("not JSON: " + line, e);
    }
  }
}
