package io.sallyport.boot;

import io.sallyport.admin.Readiness;
import io.sallyport.admission.Ruleset;
import io.sallyport.authentication.BearerTokens;
import io.sallyport.cli.ConfigurationRefused;
import io.sallyport.cli.RunningGateway;
import io.sallyport.snapshot.Snapshots;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.context.config.ConfigDataException;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.boot.web.server.reactive.context.ReactiveWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/// A gateway, from its settings to the first request: read the settings, refuse what is wrong with
/// them before anything is started, then let Spring put [Wiring] together.
public final class GatewayApplication {
  private static final int DEFAULT_MANAGEMENT_PORT = 9443;

  private GatewayApplication() {}

  /// Starts a gateway in this process and returns when it serves.
  ///
  /// @param arguments settings as on a command line: `--sallyport.https.port=8444`
  /// @throws ConfigurationRefused with a line for each thing that is wrong
  public static RunningGateway start(List<String> arguments) {
    // Needs no setting, so it need not wait for any.
    Thread.ofPlatform().name("early").daemon().start(BearerTokens::load);
    var application = new SpringApplication(Wiring.class);
    application.setWebApplicationType(WebApplicationType.REACTIVE);
    application.setBannerMode(Banner.Mode.OFF);
    application.setLogStartupInfo(false);
    application.setRegisterShutdownHook(false);
    application.setDefaultProperties(defaults());
    application.addInitializers(GatewayApplication::settle);
    try {
      var context = application.run(lastOfEach(arguments).toArray(String[]::new));
      context.getBean(Readiness.class).serving();
      return new Running((ReactiveWebServerApplicationContext) context);
    } catch (RuntimeException e) {
      throw refusal(e);
    }
  }

  /// What is written later replaces what came before; Spring would join the two with a comma.
  private static List<String> lastOfEach(List<String> arguments) {
    var last = new LinkedHashMap<String, String>();
    for (String argument : arguments) {
      int end = argument.indexOf('=');
      last.put(end < 0 ? argument : argument.substring(0, end), argument);
    }
    return List.copyOf(last.values());
  }

  private static Map<String, Object> defaults() {
    var defaults = new LinkedHashMap<String, Object>();
    defaults.put("management.server.port", DEFAULT_MANAGEMENT_PORT);
    defaults.put("spring.main.lazy-initialization", false);
    defaults.put("spring.jmx.enabled", false);
    defaults.put("spring.ssl.bundle.watch.file.quiet-period", "1s");
    return defaults;
  }

  /// Reads the settings and looks at what they name, before a bean is made.
  private static void settle(ConfigurableApplicationContext context) {
    var environment = context.getEnvironment();
    var settings = SettingsReader.read(environment);
    var problems = new ArrayList<String>();
    checkTls(settings.tls(), problems);
    problems.addAll(Ports.problems(ports(settings, environment)));
    if (!environment.getProperty("management.server.ssl.enabled", Boolean.class, true)) {
      problems.add("management.server.ssl.enabled: the management port is served over TLS only");
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationRefused(problems);
    }
    environment.getPropertySources().addLast(managementTls(settings.tls()));
    environment.getPropertySources().addFirst(derived(settings));
    context.getBeanFactory().registerSingleton("settings", settings);
  }

  private static void checkTls(Settings.Tls tls, List<String> problems) {
    if (tls.certificate() == null && tls.bundle() == null) {
      problems.add(
          "sallyport.tls.certificate: none; set it and sallyport.tls.key, or sallyport.tls.bundle"
              + " (a certificate for development: sallyport certs --help)");
      return;
    }
    try {
      new TlsFiles(tls).read();
    } catch (ConfigurationRefused e) {
      problems.addAll(e.lines());
    }
  }

  private static List<Ports.Wanted> ports(Settings settings, ConfigurableEnvironment environment) {
    var address = settings.general().bindAddress();
    var wanted = new ArrayList<Ports.Wanted>();
    wanted.add(new Ports.Wanted("sallyport.https.port", address, settings.https().port()));
    wanted.add(new Ports.Wanted("sallyport.http.port", address, settings.http().port()));
    var management = environment.getProperty("management.server.port", Integer.class, 0);
    if (management > 0) {
      wanted.add(new Ports.Wanted("management.server.port", null, management));
    }
    return wanted;
  }

  /// The management port shows the public port's certificate unless it is told another. Spring Boot
  /// watches these files by itself.
  private static MapPropertySource managementTls(Settings.Tls tls) {
    var properties = new LinkedHashMap<String, Object>();
    if (tls.bundle() != null) {
      properties.put("management.server.ssl.bundle", tls.bundle());
    } else {
      var pem = "spring.ssl.bundle.pem.sallyport.";
      properties.put(pem + "keystore.certificate", "file:" + tls.certificate());
      properties.put(pem + "keystore.private-key", "file:" + tls.key());
      properties.put(pem + "reload-on-update", true);
      properties.put("management.server.ssl.bundle", "sallyport");
    }
    return new MapPropertySource("sallyport-management-tls", properties);
  }

  /// What Spring Boot must know and follows from our own settings.
  private static MapPropertySource derived(Settings settings) {
    var drain = settings.drain();
    return new MapPropertySource(
        "sallyport-derived",
        Map.of(
            // Boot tells the management port from the public one by it.
            "server.port", settings.https().port(),
            "server.shutdown", "graceful",
            "spring.lifecycle.timeout-per-shutdown-phase",
                drain.delay().plus(drain.timeout()).plusSeconds(2)));
  }

  /// What people are told, where it is their configuration that is wrong.
  private static RuntimeException refusal(RuntimeException problem) {
    for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case ConfigurationRefused refused -> {
          return refused;
        }
        case Snapshots.NoBundle none -> {
          return new ConfigurationRefused(none.problems());
        }
        case BindException bind -> {
          return new ConfigurationRefused(SettingsReader.describe(bind));
        }
        case PortInUseException port -> {
          return new ConfigurationRefused(
              "management.server.port: port " + port.getPort() + " cannot be had");
        }
        case ConfigDataException data -> {
          return new ConfigurationRefused(String.valueOf(data.getMessage()));
        }
        default -> {}
      }
    }
    return problem;
  }

  /// The handle of a gateway that serves.
  private static final class Running implements RunningGateway {
    private final ReactiveWebServerApplicationContext context;
    private final PublicPort.Server server;
    private final int managementPort;
    private final Snapshots<Ruleset> snapshots;

    @SuppressWarnings("unchecked") // there is one bean of this type, made in Wiring
    Running(ReactiveWebServerApplicationContext context) {
      this.context = context;
      this.server = (PublicPort.Server) Objects.requireNonNull(context.getWebServer());
      this.managementPort =
          context.getEnvironment().getProperty("local.management.port", Integer.class, 0);
      this.snapshots = context.getBean(Snapshots.class);
    }

    @Override
    public String address() {
      var address = context.getBean(Settings.class).general().bindAddress();
      var host = address == null || address.isAnyLocalAddress() ? "localhost" : literal(address);
      return "https://" + host + ':' + httpsPort();
    }

    private static String literal(InetAddress address) {
      var text = address.getHostAddress();
      return text.indexOf(':') >= 0 ? '[' + text + ']' : text;
    }

    @Override
    public int httpsPort() {
      return server.getPort();
    }

    @Override
    public int httpPort() {
      return server.httpPort();
    }

    @Override
    public int managementPort() {
      return managementPort;
    }

    @Override
    public String bundle() {
      return snapshots.current().bundle().shortId();
    }

    @Override
    public void close() {
      context.close();
    }
  }
}
