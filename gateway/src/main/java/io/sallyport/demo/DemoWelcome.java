package io.sallyport.demo;

import java.nio.file.Path;

/// What a person reads when the demo is ready: commands that work when they are pasted.
final class DemoWelcome {
  private final DemoSettings settings;
  private final Path bundle;
  private final Demo.OperatorToken operator;
  private final DevelopmentIssuer issuer;

  DemoWelcome(
      DemoSettings settings, Path bundle, Demo.OperatorToken operator, DevelopmentIssuer issuer) {
    this.settings = settings;
    this.bundle = bundle;
    this.operator = operator;
    this.issuer = issuer;
  }

  String text() {
    var address = "https://localhost:" + settings.httpsPort();
    var alice = Person.ALICE;
    var bearer = " -H 'Authorization: Bearer " + issuer.token(alice.tokenRequest()) + "'";
    var curl = "curl --cacert " + shown(settings.pki().resolve("ca.pem"));
    return """

        Sallyport demo is ready: %1$s   (Ctrl-C ends it)

        Allowed: alice reads the orders of her tenant.
          %2$s%3$s '%1$s/orders?tenant=%4$s'

        Denied (403): alice reads the orders of another tenant.
          %2$s%3$s '%1$s/orders?tenant=%5$s'

        Refused (401): nobody vouches for this caller.
          %2$s '%1$s/orders?tenant=%4$s'

        Take a zone down, look, and bring it up again:
          ./sallyport demo zone b down
          ./sallyport demo zone b status
          ./sallyport demo zone b up

        Another token (8 hours):
          ./sallyport demo token bob

        Health, metrics and what is in force, for operators:
          %2$s -H 'Authorization: Bearer %6$s' https://localhost:%7$d/metrics

        audit log  %8$s   one JSON line for each request
        bundle     %9$s   change it: it is read, tested and swapped while this runs
        """
        .formatted(
            address,
            curl,
            bearer,
            alice.tenant(),
            Person.BOB.tenant(),
            operator.token(),
            settings.managementPort(),
            shown(settings.auditFile()),
            shown(bundle));
  }

  /// As short as it works from here, and safe to paste into a shell.
  private static String shown(Path path) {
    var here = Path.of("").toAbsolutePath();
    var full = path.toAbsolutePath().normalize();
    var text = (full.startsWith(here) ? here.relativize(full) : full).toString();
    return text.matches("[A-Za-z0-9._/+-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
