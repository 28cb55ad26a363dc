package io.sallyport.cli;

import io.sallyport.audit.AuditReader;
import io.sallyport.authentication.SupposedCaller;
import io.sallyport.bundle.Bundle;
import io.sallyport.bundle.BundleTests;
import io.sallyport.bundle.Explained;
import io.sallyport.bundle.Explainer;
import io.sallyport.bundle.Recorded;
import io.sallyport.bundle.source.Problem;
import io.sallyport.bundle.source.Suggestion;
import io.sallyport.identity.Caller;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `sallyport explain`: why a bundle answers a request as it does.
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    description = {
      "Say what a bundle answers one request, and why.",
      "Every rule with the values of its parts. Callers are those of the bundle's tests,",
      "'anonymous', or whom a real token names; or a request is looked up in an audit file. Exit",
      "code 0, yes or no."
    },
    footer = {
      "",
      "Examples:",
      "  sallyport explain bundle --as alice GET \"https://api.example.com/orders?tenant=t2\"",
      "  sallyport explain bundle --as anonymous --ip 192.0.2.7 GET https://api.example.com/",
      "  sallyport explain bundle --as alice --claim tenant=t2 GET https://api.example.com/orders",
      "  sallyport explain bundle --token - GET https://api.example.com/orders < token.txt",
      "  sallyport explain bundle --decision 0190f3… --audit audit.jsonl"
    })
final class ExplainCommand implements Callable<Integer> {
  /// Far more than a gateway reads.
  private static final int LONGEST_TOKEN = 1 << 20;

  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "DIR", description = "The bundle.")
  Path folder = Path.of("");

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "METHOD",
      description = "The request's method.")
  @Nullable String method;

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "URL",
      description = "Its address, https://...")
  @Nullable String url;

  @ArgGroup(multiplicity = "1")
  Who who = new Who();

  /// One of the three.
  static final class Who {
    @Option(
        names = "--as",
        paramLabel = "NAME",
        required = true,
        description = "Who asks: a caller of the bundle's tests, or 'anonymous'.")
    String as = "";

    @Option(
        names = "--token",
        paramLabel = "JWT",
        required = true,
        description = {
          "Who asks: whom this token names; '-' reads it from standard input. Its signature is not",
          "checked; what else speaks against it now is said."
        })
    @Nullable String token;

    @ArgGroup(exclusive = false)
    @Nullable Looked looked;
  }

  /// A request that was recorded.
  static final class Looked {
    @Option(
        names = "--decision",
        paramLabel = "ID",
        required = true,
        description = "The recorded request of this id (Sallyport-Decision): who asked what.")
    String decision = "";

    @Option(
        names = "--audit",
        paramLabel = "FILE",
        required = true,
        description = "The audit file that it is looked up in; '.gz' is unpacked.")
    Path audit = Path.of("");
  }

  @Option(
      names = "--claim",
      paramLabel = "NAME=VALUE",
      description = {
        "A claim of the caller, besides or instead of what is there; may be repeated. A VALUE that",
        "is JSON is what it says, such as true or [\"a\", \"b\"]; any other is text."
      })
  Map<String, String> claims = new LinkedHashMap<>();

  @Option(
      names = "--header",
      paramLabel = "NAME:VALUE",
      description = "A header field of the request; may be repeated.")
  List<String> headers = new ArrayList<>();

  @Option(
      names = {"--ip", "--source"},
      paramLabel = "IP",
      description = "The address that it comes from; otherwise one for documentation.")
  @Nullable String source;

  @Option(
      names = "--time",
      paramLabel = "TIME",
      description = "When it comes, such as 2026-01-01T12:00:00Z; otherwise now.")
  Instant time = Instant.now();

  @Option(names = "--json", description = "Write JSON, for tools.")
  boolean json;

  @Mixin PluginsOption plugins = new PluginsOption();

  @Override
  public Integer call() {
    var read = Bundles.read(folder, plugins.folder);
    if (who.looked != null) {
      return say(recorded(who.looked, read.bundle()));
    }
    if (method == null || url == null) {
      throw new ParameterException(
          spec.commandLine(), "METHOD and URL say what is asked, or --decision and --audit");
    }
    var caller =
        claimed(who.token == null ? named(read.tests()) : ofToken(who.token, read.bundle()));
    var explanation = Explainer.explain(read.bundle(), caller, method, url, fields(), source, time);
    return switch (explanation) {
      case Explained explained -> say(explained);
      case Explainer.Unanswerable(String why) ->
          throw new ParameterException(spec.commandLine(), why);
    };
  }

  private int say(Explained explained) {
    if (json) {
      Json.write(spec, explained);
    } else {
      spec.commandLine().getOut().print(explained.text());
      spec.commandLine().getOut().flush();
    }
    return 0;
  }

  /// Whatever else is asked belongs to a request that is made up.
  private Explained recorded(Looked looked, Bundle bundle) {
    if (method != null || !claims.isEmpty() || !headers.isEmpty() || source != null) {
      throw new ParameterException(
          spec.commandLine(), "a recorded request is as it was: --decision takes --audit only");
    }
    var found = new AtomicReference<@Nullable Recorded>();
    try {
      AuditReader.read(
          looked.audit,
          each -> {
            if (each.decision().equals(looked.decision)) {
              found.set(each);
            }
          });
    } catch (IOException e) {
      throw new ParameterException(
          spec.commandLine(), "%s cannot be read: %s".formatted(looked.audit, e));
    }
    Recorded recorded = found.get();
    if (recorded == null) {
      throw new ParameterException(
          spec.commandLine(), "no decision '%s' in %s".formatted(looked.decision, looked.audit));
    }
    if (!json) {
      spec.commandLine()
          .getOut()
          .println(
              Problem.printable(
                  "recorded: %s https://%s%s at %s from %s"
                      .formatted(
                          recorded.method(),
                          recorded.host(),
                          recorded.target(),
                          recorded.time(),
                          recorded.source().getHostAddress())));
    }
    return Explainer.explain(bundle, recorded);
  }

  private Caller named(BundleTests tests) {
    var caller = tests.caller(who.as, time);
    if (caller == null) {
      throw new ParameterException(
          spec.commandLine(),
          "the bundle's tests know no caller '%s'%s"
              .formatted(who.as, Suggestion.among(tests.callers().keySet(), who.as)));
    }
    return caller;
  }

  private Caller ofToken(String given, Bundle bundle) {
    var token = given.equals("-") ? standardInput() : given;
    return switch (SupposedCaller.read(token, bundle.identities().values(), time)) {
      case SupposedCaller.Named(Caller caller, String objection) -> {
        // Beside what tools read.
        (json ? spec.commandLine().getErr() : spec.commandLine().getOut())
            .println(
                "token: its signature was not checked; "
                    + (objection.isEmpty()
                        ? "nothing else speaks against it"
                        : "it would be refused, " + objection + "; below, as if it were not"));
        yield caller;
      }
      case SupposedCaller.Unreadable(String why) ->
          throw new ParameterException(spec.commandLine(), why);
    };
  }

  private String standardInput() {
    try {
      return new String(System.in.readNBytes(LONGEST_TOKEN), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new ParameterException(
          spec.commandLine(), "standard input cannot be read: " + e.getMessage());
    }
  }

  private Caller claimed(Caller caller) {
    if (claims.isEmpty()) {
      return caller;
    }
    if (!(caller instanceof Caller.Identified identified)) {
      throw new ParameterException(spec.commandLine(), "'anonymous' has no claims");
    }
    try {
      return SupposedCaller.with(identified, claims);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--claim: " + e.getMessage());
    }
  }

  private Map<String, List<String>> fields() {
    var fields = new LinkedHashMap<String, List<String>>();
    for (String header : headers) {
      int colon = header.indexOf(':');
      if (colon < 1) {
        throw new ParameterException(
            spec.commandLine(), "--header wants NAME:VALUE, not '" + header + "'");
      }
      fields
          .computeIfAbsent(
              header.substring(0, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>())
          .add(header.substring(colon + 1).strip());
    }
    return fields;
  }
}
