package io.sallyport.cli;

import io.sallyport.pki.CertificateProblem;
import io.sallyport.pki.DevelopmentCa;
import io.sallyport.pki.HostName;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `sallyport certs`: a development authority in a folder, and a server certificate beside it.
@Command(
    name = "certs",
    subcommands = CertsShowCommand.class,
    description = {
      "Make a certificate for development, and an authority when the folder has none.",
      "The authority in the folder is kept, so that whoever trusts it goes on trusting it."
    },
    footer = {
      "",
      "Examples:",
      "  sallyport certs --out certificates --host localhost 127.0.0.1",
      "  sallyport certs --out certificates --host api.test --days 30 --force",
      "  sallyport certs show certificates/server.pem"
    })
public final class CertsCommand implements Callable<Integer> {
  private static final Duration AUTHORITY_LIFE = Duration.ofDays(730);
  private static final String NAME = "server";

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The folder for ca.pem, ca.key, server.pem and server.key.")
  private @Nullable Path out;

  @Option(
      names = "--host",
      paramLabel = "NAME",
      arity = "1..*",
      description = "DNS names and IP addresses that the certificate is for.")
  private List<String> hosts = new ArrayList<>();

  @Option(
      names = "--days",
      paramLabel = "N",
      defaultValue = "90",
      description = "How long the certificate holds, 398 at most (default: ${DEFAULT-VALUE}).")
  private int days;

  @Option(
      names = "--force",
      description = "Replace server.pem and server.key. The authority is never replaced.")
  private boolean force;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Override
  public Integer call() {
    var command = Objects.requireNonNull(spec, "picocli sets it");
    if (out == null || hosts.isEmpty()) {
      throw new ParameterException(command.commandLine(), "--out DIR and --host NAME are needed");
    }
    if (days < 1 || days > DevelopmentCa.LONGEST_LEAF.toDays()) {
      throw new ParameterException(
          command.commandLine(), "--days: 1 to " + DevelopmentCa.LONGEST_LEAF.toDays());
    }
    var terminal = command.commandLine();
    var domains = domains(terminal);
    try {
      make(out, domains, terminal.getOut());
      return 0;
    } catch (CertificateProblem problem) {
      terminal.getErr().println("sallyport certs: " + problem.getMessage());
      return 1;
    }
  }

  private void make(Path folder, List<String> domains, PrintWriter output) {
    for (String file : List.of(NAME + ".pem", NAME + ".key")) {
      if (!force && Files.exists(folder.resolve(file))) {
        throw new CertificateProblem(folder.resolve(file) + " exists; --force replaces it");
      }
    }
    boolean known = DevelopmentCa.isIn(folder);
    var ca = known ? DevelopmentCa.load(folder) : DevelopmentCa.create(AUTHORITY_LIFE, domains);
    var certificate = ca.issue(hosts.getFirst(), hosts, Duration.ofDays(days));
    if (!known) {
      output.println("authority    " + ca.writePem(folder) + "  (new; trust this one)");
    } else {
      output.println("authority    " + folder.resolve("ca.pem") + "  (kept)");
    }
    var files = certificate.writePem(folder, NAME);
    output.println("certificate  " + files.certificate());
    output.println("key          " + files.key());
  }

  /// What a new authority may speak for, besides names that nobody owns.
  private List<String> domains(CommandLine terminal) {
    try {
      return hosts.stream()
          .map(HostName::parse)
          .filter(HostName.Dns.class::isInstance)
          .map(host -> ((HostName.Dns) host).base())
          .toList();
    } catch (CertificateProblem problem) {
      throw new ParameterException(terminal, "--host: " + problem.getMessage(), problem);
    }
  }
}
