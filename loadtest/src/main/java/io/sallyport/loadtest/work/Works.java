package io.sallyport.loadtest.work;

import static io.sallyport.loadtest.measure.Protocol.H2;

import io.sallyport.loadtest.measure.Protocol;
import io.sallyport.loadtest.proxy.Service;
import io.sallyport.loadtest.proxy.Site;
import java.util.ArrayList;
import java.util.List;

/// All works, in the order of the report.
public final class Works {
  private static final int RATE = 3_000;
  private static final int SECONDS = 5;
  private static final int IDLE = 2_000;

  private final List<Work> works = new ArrayList<>();

  private Works() {}

  public static List<Work> all() {
    Works works = new Works();
    for (Service service : List.of(Service.BARE, Service.CHECKS)) {
      works.answers(service);
    }
    works.h2c();
    works.refusals();
    works.handshakes();
    works.latencies();
    works.idle();
    works.filtered();
    works.scale();
    works.redis();
    works.twoCores();
    works.start();
    return List.copyOf(works.works);
  }

  private void answers(Service service) {
    for (Protocol protocol : Protocol.values()) {
      for (String path : List.of("1k", "64k", "upload")) {
        String shape = protocol.label() + "-" + path;
        String what =
            switch (path) {
              case "1k" -> "answers of 1 KiB";
              case "64k" -> "answers of 64 KiB";
              default -> "uploads of 64 KiB";
            };
        add(
            shape + "-" + service.folder(),
            "%s, %s, %s".formatted(protocol.label(), what, says(service)),
            Stage.ONE_CORE,
            service,
            shape + "-bare",
            requests(protocol, path, Credential.GOOD, 200));
      }
    }
  }

  private void h2c() {
    for (Service service : List.of(Service.H2C_BARE, Service.H2C_CHECKS)) {
      add(
          "h2-1k-" + service.folder(),
          "h2 to h2c, answers of 1 KiB, "
              + says(service == Service.H2C_BARE ? Service.BARE : Service.CHECKS),
          Stage.ONE_CORE,
          service,
          "h2-1k-bare",
          requests(H2, "1k", Credential.GOOD, 200));
    }
  }

  private void refusals() {
    for (Protocol protocol : Protocol.values()) {
      refusal(protocol, "no-token", "without a token", Credential.NONE, 401);
      refusal(protocol, "bad-signature", "with a bad signature", Credential.BAD_SIGNATURE, 401);
      refusal(protocol, "denied", "by policy", Credential.DENIED, 403);
    }
  }

  private void refusal(
      Protocol protocol, String label, String says, Credential credential, int status) {
    add(
        protocol.label() + "-refused-" + label,
        protocol.label() + ", refused " + says,
        Stage.ONE_CORE,
        Service.CHECKS,
        protocol.label() + "-1k-bare",
        requests(protocol, "1k", credential, status));
  }

  private void handshakes() {
    for (boolean resumed : List.of(false, true)) {
      String label = resumed ? "handshake-resumed" : "handshake-full";
      add(
          label,
          resumed ? "new connections, sessions resumed" : "new connections, full TLS handshakes",
          Stage.ONE_CORE,
          Service.BARE,
          label,
          new Load.Handshakes(resumed));
    }
  }

  private void latencies() {
    for (Service service : List.of(Service.BARE, Service.CHECKS)) {
      for (Protocol protocol : Protocol.values()) {
        String shape = protocol.label() + "-1k-latency-";
        add(
            shape + service.folder(),
            "%s, 1 KiB, %d requests a second, %s".formatted(protocol.label(), RATE, says(service)),
            Stage.ONE_CORE,
            service,
            shape + "bare",
            new Load.FixedRate(protocol, "1k", RATE, SECONDS));
      }
    }
  }

  private void idle() {
    for (Protocol protocol : Protocol.values()) {
      String label = "idle-" + protocol.label();
      add(
          label,
          "%s, %,d connections without a request".formatted(protocol.label(), IDLE),
          Stage.ONE_CORE,
          Service.BARE,
          label,
          new Load.Idle(protocol, IDLE));
    }
  }

  /// A filter of Spring Cloud Gateway: our Spring lane beside the original.
  private void filtered() {
    for (Protocol protocol : Protocol.values()) {
      for (String path : List.of("1k", "64k", "upload")) {
        add(
            "%s-%s-filtered".formatted(protocol.label(), path),
            "%s, %s, through AddResponseHeader of Spring Cloud Gateway"
                .formatted(protocol.label(), path),
            Stage.FILTERED,
            Service.FILTERED,
            "%s-%s-bare".formatted(protocol.label(), path),
            requests(protocol, path, Credential.NONE, 200));
      }
    }
  }

  /// One and many in one process, with the same addresses asked: what differs is what is looked up.
  private void scale() {
    scale("routes-1", "10,000 paths of one route", Service.ONE_ROUTE, Site.MANY_ROUTES);
    scale("routes-10k", "10,000 paths of 10,000 routes", Service.MANY_ROUTES, Site.MANY_ROUTES);
    scale("policies-1", "1,000 paths, one policy", Service.ONE_ROUTE, Site.MANY_POLICIES);
    scale("policies-1k", "1,000 paths, 1,000 policies", Service.MANY_POLICIES, Site.MANY_POLICIES);
    for (int tokens : List.of(1, Site.MANY_TOKENS)) {
      add(
          tokens == 1 ? "tokens-1" : "tokens-100k",
          "h2, answers of 1 KiB, %,d live tokens in turn".formatted(tokens),
          Stage.SCALE,
          Service.CHECKS,
          "h2-1k-bare",
          new Load.Callers(H2, "1k", tokens));
    }
  }

  private void scale(String label, String says, Service service, int count) {
    add(
        label,
        "h2, answers of 1 KiB, " + says,
        Stage.SCALE,
        service,
        "h2-1k-bare",
        new Load.Requests(H2, "", count, Credential.GOOD, 200, 1));
  }

  private void redis() {
    add(
        "redis-limit",
        "h2, answers of 1 KiB, everything on, limit counted in Redis",
        Stage.REDIS,
        Service.CHECKS,
        "h2-1k-bare",
        requests(H2, "1k", Credential.GOOD, 200));
    add(
        "redis-no-limit",
        "the same process, a route without a limit",
        Stage.REDIS,
        Service.UNLIMITED,
        "h2-1k-bare",
        requests(H2, "1k", Credential.GOOD, 200));
  }

  private void twoCores() {
    for (Service service : List.of(Service.BARE, Service.CHECKS)) {
      for (Protocol protocol : Protocol.values()) {
        String shape = protocol.label() + "-1k-two-cores-";
        add(
            shape + service.folder(),
            "%s, answers of 1 KiB, two cores, %s".formatted(protocol.label(), says(service)),
            Stage.TWO_CORES,
            service,
            shape + "bare",
            requests(protocol, "1k", Credential.GOOD, 200));
      }
    }
  }

  private void start() {
    add(
        "start",
        "from the start of the process to its first answer, two cores",
        Stage.START,
        Service.BARE,
        "start",
        new Load.FirstAnswer("1k"));
  }

  private static Load requests(Protocol protocol, String path, Credential credential, int status) {
    return new Load.Requests(protocol, path, 0, credential, status, path.equals("1k") ? 1 : 4);
  }

  private static String says(Service service) {
    return service == Service.BARE ? "bare" : "everything on";
  }

  private void add(
      String label, String says, Stage stage, Service service, String beside, Load load) {
    works.add(new Work(label, says, stage, service, beside, load));
  }
}
