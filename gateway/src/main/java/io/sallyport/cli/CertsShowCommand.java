package io.sallyport.cli;

import io.sallyport.pki.CertificateProblem;
import io.sallyport.pki.Pem;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `sallyport certs show FILE`: what a person wants to know of a certificate.
@Command(
    name = "show",
    description = "Shows the certificates of a PEM file: subject, names, expiry, key.")
final class CertsShowCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "A PEM file with certificates.")
  private @Nullable Path file;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Override
  public Integer call() {
    var terminal = Objects.requireNonNull(spec, "picocli sets it").commandLine();
    try {
      for (var certificate : Pem.certificates(Objects.requireNonNull(file, "required"))) {
        show(certificate, terminal.getOut());
      }
      return 0;
    } catch (CertificateProblem problem) {
      terminal.getErr().println("sallyport certs show: " + problem.getMessage());
      return 1;
    }
  }

  private static void show(X509Certificate certificate, PrintWriter output) {
    output.println("subject      " + certificate.getSubjectX500Principal().getName());
    output.println("issuer       " + certificate.getIssuerX500Principal().getName());
    output.println("names        " + names(certificate));
    output.println(
        "valid        %s to %s (%s)"
            .formatted(
                certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant(),
                left(certificate)));
    output.println("key          " + key(certificate.getPublicKey()));
    output.println("fingerprint  SHA-256 " + fingerprint(certificate));
  }

  private static String names(X509Certificate certificate) {
    try {
      var names = certificate.getSubjectAlternativeNames();
      if (names == null) {
        return certificate.getBasicConstraints() >= 0 ? "none (an authority)" : "none";
      }
      return names.stream()
          .map(name -> String.valueOf(name.get(1)))
          .collect(Collectors.joining(", "));
    } catch (CertificateParsingException e) {
      throw new CertificateProblem("its names cannot be read: " + e.getMessage(), e);
    }
  }

  private static String left(X509Certificate certificate) {
    var now = Instant.now();
    if (now.isBefore(certificate.getNotBefore().toInstant())) {
      return "not yet valid";
    }
    var left = Duration.between(now, certificate.getNotAfter().toInstant());
    return left.isNegative()
        ? "ended %d days ago".formatted(-left.toDays())
        : "%d days left".formatted(left.toDays());
  }

  private static String key(PublicKey key) {
    return switch (key) {
      case ECPublicKey ec -> "EC " + ec.getParams().getCurve().getField().getFieldSize() + " bits";
      case RSAPublicKey rsa -> "RSA " + rsa.getModulus().bitLength() + " bits";
      default -> key.getAlgorithm();
    };
  }

  private static String fingerprint(X509Certificate certificate) {
    try {
      return HexFormat.ofDelimiter(":")
          .withUpperCase()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
      throw new CertificateProblem("it has no fingerprint: " + e.getMessage(), e);
    }
  }
}
