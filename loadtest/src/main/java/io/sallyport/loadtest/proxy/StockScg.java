package io.sallyport.loadtest.proxy;

import io.sallyport.loadtest.process.Cores;
import io.sallyport.loadtest.process.Started;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Spring Cloud Gateway as it comes: one route, the JVM's and Spring Boot's defaults. How many
/// threads it has is its own choice.
///
/// @param jar `stock-scg.jar`, with its libraries beside it
/// @param java the program that runs it
public record StockScg(Path jar, Path java) implements ProxyKind {

  private static final String ROUTE = "--spring.cloud.gateway.server.webflux.routes[0].";

  @Override
  public String name() {
    return "stock-scg";
  }

  @Override
  public Look look(Started started) throws InterruptedException {
    Path library = jar.resolveSibling("lib");
    if (!Files.isReadable(jar) || !Files.isDirectory(library)) {
      return new Look.Missing("loadtest/stock-scg is not built");
    }
    try (var files = Files.list(library)) {
      return new Look.Found(
          files
              .map(file -> String.valueOf(file.getFileName()))
              .filter(
                  name -> name.matches("spring-(boot|cloud-gateway-server-webflux)-\\d.*\\.jar"))
              .map(name -> name.replaceAll("\\.jar$", ""))
              .sorted()
              .reduce((one, other) -> one + ", " + other)
              .orElse("unknown"));
    } catch (IOException e) {
      return new Look.Missing("loadtest/stock-scg cannot be read: " + e.getMessage());
    }
  }

  @Override
  public Set<Service> services(Setup setup) {
    return switch (setup.variant()) {
      case PLAIN -> Set.of(Service.BARE);
      case FILTERED -> Set.of(Service.FILTERED);
      case LARGE, REDIS -> Set.of();
    };
  }

  @Override
  public String gap(Service service) {
    return "";
  }

  @Override
  public Running start(Site site, Setup setup, Started started) throws IOException {
    int port = Site.freePort();
    String name = "stock-scg-" + port;
    List<String> command = new ArrayList<>();
    command.addAll(
        List.of(
            java.toString(),
            "-jar",
            jar.toString(),
            "--server.port=" + port,
            "--server.address=127.0.0.1",
            "--server.http2.enabled=true",
            "--server.ssl.certificate=file:" + site.certificate().certificate(),
            "--server.ssl.certificate-private-key=file:" + site.certificate().key(),
            "--backend=http://127.0.0.1:" + site.backendPort()));
    if (setup.variant() == Variant.FILTERED) {
      // Spring Boot takes a list from one place only: the route is given anew.
      command.add(ROUTE + "id=all");
      command.add(ROUTE + "uri=http://127.0.0.1:" + site.backendPort());
      command.add(ROUTE + "predicates[0]=Path=/**");
      command.add(ROUTE + "filters[0]=AddResponseHeader=x-filtered, 1");
    }
    Process process = started.serve(name, Cores.pinned(setup.cores(), command));
    return new Running(this, name, process, ports(services(setup), port), List.of());
  }

  private static Map<Service, Integer> ports(Set<Service> services, int port) {
    return services.stream().collect(Collectors.toMap(service -> service, _ -> port));
  }

  @Override
  public double pace() {
    return 0.3;
  }

  @Override
  public boolean compilesAsItRuns() {
    return true;
  }
}
