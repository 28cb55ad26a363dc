package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.authentication.Tokens;
import io.sallyport.bundle.format.Kinds;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.crypto.bcrypt.BCrypt;
import org.w3c.dom.Element;
import tools.jackson.databind.json.JsonMapper;

final class CommandsTest {
  @TempDir Path folder;

  private final Tokens tokens = new Tokens("k1");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<String> started = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run", "demo", "check", "test", "explain", "diff", "bundle", "schema", "token", "certs",
        "version"
      })
  void everyCommandHasHelpWithAnExample(String command) {
    assertThat(run(command, "--help")).isZero();
    assertThat(out.toString()).contains("Usage: sallyport " + command).contains("Example");
  }

  @Test
  void onlyTheCommandThatIsNamedIsMade() {
    assertThat(Commands.of(_ -> failure(), "check", "b").getSubcommands())
        .containsOnlyKeys("check");
    assertThat(Commands.of(_ -> failure(), "--help").getSubcommands())
        .containsKeys("run", "demo", "check", "version");
  }

  @Test
  void aCommandThatDoesNotExistIsAMatterOfUsage() {
    assertThat(run("chek")).isEqualTo(2);
    assertThat(err.toString()).contains("chek").contains("check");
    assertThat(run()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--bundel=x", "bundle", "-x", "--sallyport.https.port", "--port=1"})
  void whatRunDoesNotKnowAndIsNoPropertyIsAMatterOfUsage(String argument) {
    assertThat(run("run", argument)).isEqualTo(2);
    assertThat(err.toString()).contains(argument);
    assertThat(started).isEmpty();
  }

  @Test
  void propertiesArePassedOnAndARefusalIsOneLineEach() {
    assertThat(run("run", "--bundle", "b", "--sallyport.https.port=1", "--spring.x[0].y=z"))
        .isEqualTo(1);
    assertThat(started)
        .containsExactly(
            "--sallyport.bundle.folder=b", "--sallyport.https.port=1", "--spring.x[0].y=z");
    assertThat(err.toString().lines()).containsExactly("first thing", "second thing");
  }

  @Test
  void aTokenAndItsHashBelongTogether() {
    assertThat(run("token", "--management")).isZero();

    var lines = out.toString().lines().toList();
    var hash = lines.get(1).substring("sallyport.management.token-hash=".length());
    assertThat(BCrypt.checkpw(lines.getFirst(), hash)).isTrue();
  }

  @Test
  void aGoodBundleIsCheckedTestedAndExplained() throws Exception {
    bundle("request.method == 'GET'");

    assertThat(run("check", folder.toString())).isZero();
    assertThat(out.toString()).contains("is good: 1 route, 1 policy, 0 upstreams.");
    assertThat(run("test", folder.toString())).isZero();
    assertThat(out.toString()).contains("1 test, all passed");
    assertThat(
            run("explain", folder.toString(), "--as", "anonymous", "GET", "https://localhost/hi"))
        .isZero();
    assertThat(out.toString()).contains("ALLOW").contains("route hello");
    assertThat(run("explain", folder.toString(), "--as", "bob", "GET", "https://localhost/hi"))
        .isEqualTo(2);
  }

  @Test
  void aCallerIsExplainedByNameOrByTokenWithOtherClaims() throws Exception {
    bundle("caller.authenticated && caller.claims.tenant == 't2'", "[ids, anonymous]");
    file("keys/ids.json", tokens.keySet());
    file(
        "policies/ids.yaml",
        """
        apiVersion: sallyport/v1
        kind: Policies
        identities:
          - id: ids
            jwt:
              issuer: %s
              audiences: ["%s"]
              algorithms: [ES256]
              types: [at+jwt]
              keys: { file: keys/ids.json }
        """
            .formatted(Tokens.ISSUER, Tokens.AUDIENCE));
    var url = "https://localhost/hi";
    var old = tokens.token(Instant.EPOCH.plus(Duration.ofDays(365)));

    assertThat(run("explain", folder.toString(), "--token", old, "GET", url)).isZero();
    assertThat(out.toString())
        .contains("its signature was not checked; it would be refused, expired-credential: expired")
        .contains("DENY 403")
        .contains("caller.claims.tenant == 't2' = false   (\"t1\")")
        .doesNotContain(old);
    assertThat(run("explain", folder + "", "--token", old, "--claim", "tenant=t2", "GET", url))
        .isZero();
    assertThat(out.toString()).contains("ALLOW by anyone");

    assertThat(
            run(
                "explain",
                folder + "",
                "--token",
                old,
                "--time",
                "1971-01-01T00:01:00Z",
                "GET",
                url))
        .isZero();
    assertThat(out.toString()).contains("nothing else speaks against it");
    assertThat(run("explain", folder + "", "--as", "anonymous", "--time", "noon", "GET", url))
        .isEqualTo(2);
    assertThat(err.toString()).contains("--time").contains("noon");

    assertThat(run("explain", folder + "", "--as", "anonymous", "--claim", "a=b", "GET", url))
        .isEqualTo(2);
    assertThat(err.toString()).contains("'anonymous' has no claims");
    assertThat(run("explain", folder + "", "--as", "anonymus", "GET", url)).isEqualTo(2);
    assertThat(err.toString()).contains("know no caller 'anonymus'");
    assertThat(run("explain", folder + "", "--token", "x.y", "GET", url)).isEqualTo(2);
    assertThat(err.toString()).contains("the token cannot be read: not three parts");
    err.getBuffer().setLength(0);
    assertThat(run("explain", folder + "", "--token", "", "GET", url)).isEqualTo(2);
    assertThat(err.toString()).contains("the token cannot be read");
    assertThat(run("explain", folder + "", "GET", url)).isEqualTo(2);
  }

  @Test
  void aBadBundleIsShownWithACaretAndFails() throws Exception {
    bundle("request.methd == 'GET'");

    assertThat(run("check", folder.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("policies/p.yaml:6:").contains("^").contains("1 problem");
    assertThat(run("test", folder.toString())).isEqualTo(1);
  }

  @Test
  void aBundleWhoseTestsFailFailsTheCommand() throws Exception {
    bundle("request.method == 'PUT'");

    assertThat(run("test", folder.toString())).isEqualTo(1);
    assertThat(err.toString())
        .contains("1 failed")
        .contains("allow anyone   false   request.method == 'PUT' = false");
  }

  @Test
  void aBuildServerReadsWhatTheTestsSaid() throws Exception {
    bundle("request.method == 'PUT'");
    var file = folder.resolve("report.xml");

    assertThat(run("test", "--junit", file.toString(), folder.toString())).isEqualTo(1);

    var suite =
        DocumentBuilderFactory.newDefaultInstance()
            .newDocumentBuilder()
            .parse(file.toFile())
            .getDocumentElement();
    assertThat(suite.getAttribute("tests")).isEqualTo("3");
    assertThat(suite.getAttribute("failures")).isEqualTo("1");
    var test = (Element) suite.getElementsByTagName("testcase").item(0);
    assertThat(test.getAttribute("classname")).isEqualTo("tests/t.yaml");
    assertThat(test.getAttribute("name")).isEqualTo("it is open & <quoted>");
    assertThat(test.getElementsByTagName("failure").item(0).getTextContent())
        .contains("expected allow anyone")
        .contains("DENY 403");
  }

  @Test
  void testsRunAgainWheneverAFileChanges() throws Exception {
    bundle("request.method == 'PUT'");
    var watching = Thread.ofVirtual().start(() -> run("test", "--watch", folder.toString()));
    try {
      await("1 failed", err);
      bundle("request.method == 'GET' && true");
      await("1 test, all passed", out);
      bundle("request.methd == 'GET'");
      await("1 problem", err);
      bundle("request.method == 'PUT'");
      await("1 failed", err);
    } finally {
      watching.interrupt();
      watching.join();
    }
  }

  /// Waits for it, and forgets what came so far.
  private static void await(String text, StringWriter in) throws InterruptedException {
    var until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!in.toString().contains(text)) {
      assertThat(System.nanoTime() - until).as("waited too long for %s", text).isNegative();
      Thread.sleep(10);
    }
    in.getBuffer().setLength(0);
  }

  @Test
  void aReportThatCannotBeWrittenFailsTheCommand() throws Exception {
    bundle("request.method == 'GET'");

    assertThat(run("test", "--junit", folder + "/none/r.xml", folder.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("none/r.xml cannot be written: its folder is not there");
    assertThat(out.toString()).contains("1 test, all passed");
  }

  @Test
  void whatTwoBundlesMeanDifferentlyIsALineEach() throws Exception {
    bundle("request.method == 'GET'");
    var old = folder.resolve("old");
    for (String kind : List.of("routes/r.yaml", "policies/p.yaml")) {
      Files.createDirectories(old.resolve(kind).resolveSibling("."));
      Files.copy(folder.resolve(kind), old.resolve(kind));
    }

    assertThat(run("diff", old.toString(), folder.toString())).isZero();
    assertThat(out.toString()).isEqualTo("both mean the same.\n");

    file(
        "policies/p.yaml",
        """
        apiVersion: sallyport/v1
        kind: Policies
        policies:
          - id: open
            authenticate: anonymous
            deny: [ { id: put, when: "request.method == 'PUT'" } ]
            allow: [ { id: anyone, when: "request.method == 'GET'" } ]
        """);
    assertThat(run("diff", "--only-tightened", old.toString(), folder.toString())).isZero();
    assertThat(out.toString())
        .contains("tightened  policy open  deny 'put' added: request.method == \"PUT\"")
        .contains("1 tightened.");
    assertThat(run("diff", "--only-tightened", folder.toString(), old.toString())).isEqualTo(1);
    assertThat(out.toString()).contains("1 loosened.");
  }

  @Test
  void aBundleIsPackedSignedVerifiedAndRead() throws Exception {
    bundle("request.method == 'GET'");
    var keys = folder.resolveSibling(folder.getFileName() + "-keys");
    var packed = folder.resolveSibling(folder.getFileName() + ".bundle") + "";

    assertThat(run("bundle", "keys", "--out", keys + "")).isZero();
    assertThat(run("bundle", "keys", "--out", keys + "")).isEqualTo(1);
    assertThat(Files.getPosixFilePermissions(keys.resolve("bundle.key")))
        .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    assertThat(run("bundle", "pack", folder + "", "--out", packed, "--bundle-version", "17"))
        .isZero();
    assertThat(out.toString()).contains("version 17, 3 files");
    var open = keys.resolve("bundle.pub") + "";
    assertThat(run("bundle", "verify", packed, "--trusted-key", open)).isEqualTo(1);
    assertThat(err.toString()).contains("it is not signed");
    assertThat(run("bundle", "sign", packed, "--key", keys + "/bundle.key", "--public-key", open))
        .isZero();
    assertThat(run("bundle", "verify", packed, "--trusted-key", open)).isZero();
    assertThat(out.toString()).contains("good: version 17, 3 files, signed with key ");

    assertThat(run("check", packed)).isZero();
    assertThat(run("test", packed)).isZero();
    assertThat(run("diff", packed, folder + "")).isZero();
    assertThat(out.toString()).contains("both mean the same.");

    Files.writeString(Path.of(packed), "no zip");
    assertThat(run("check", packed)).isEqualTo(1);
    assertThat(err.toString()).contains("it is no packed bundle");
    assertThat(run("bundle")).isEqualTo(2);
  }

  @Test
  void aBundleThatFailsItsTestsIsNotPacked() throws Exception {
    bundle("request.method == 'PUT'");
    var packed = folder.resolve("x.bundle");

    assertThat(run("bundle", "pack", folder + "", "--out", packed + "")).isEqualTo(1);
    assertThat(err.toString()).contains("nothing was packed");
    assertThat(packed).doesNotExist();
  }

  private static final String RECORDED =
      """
      {"v":1,"seq":1,"time":"2026-11-25T10:00:00.000Z","kind":"request","decision":"d-1",\
      "caller":{"kind":"anonymous"},"source":"192.0.2.1","method":"GET","host":"localhost",\
      "target":"/hi","inputs":{},"status":200,"reason":""}
      """;

  @Test
  void aRecordedRequestIsExplainedAndJudgedByBothBundles() throws Exception {
    bundle("request.method == 'GET'");
    var audit = folder.resolve("audit.jsonl");
    Files.writeString(audit, RECORDED);

    assertThat(run("explain", folder + "", "--decision", "d-1", "--audit", audit + "")).isZero();
    assertThat(out.toString())
        .contains("recorded: GET https://localhost/hi at 2026-11-25T10:00:00Z from 192.0.2.1")
        .contains("ALLOW by anyone")
        .contains("nearest: refused when this changes: request.method == 'GET' = true");
    assertThat(run("explain", folder + "", "--decision", "d-2", "--audit", audit + ""))
        .isEqualTo(2);
    assertThat(err.toString()).contains("no decision 'd-2'");
    assertThat(
            run(
                "explain",
                folder + "",
                "--decision",
                "d-1",
                "--audit",
                audit + "",
                "GET",
                "https://x/"))
        .isEqualTo(2);
    assertThat(run("explain", folder + "", "--as", "anonymous")).isEqualTo(2);

    var old = Files.createDirectory(folder.resolveSibling(folder.getFileName() + "-old"));
    try (var files = Files.walk(folder)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        var copy = old.resolve(folder.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
    bundle("request.method == 'PUT'");
    assertThat(run("diff", old + "", folder + "", "--replay", audit + "")).isZero();
    assertThat(out.toString())
        .contains(
            "now refused        1  allow anyone, route hello, status 200  ->  deny no-rule-allowed")
        .contains("for example decision d-1: GET localhost/hi by nobody in particular")
        .contains("1 recorded requests: 0 the same, 1 otherwise, 0 undecidable.");
    assertThat(run("diff", old + "", folder + "", "--replay", folder + "/none")).isEqualTo(1);
  }

  @Test
  void toolsReadJson() throws Exception {
    bundle("request.path == '/other'");
    var json = new JsonMapper();

    assertThat(
            run(
                "explain",
                folder + "",
                "--as",
                "anonymous",
                "--json",
                "GET",
                "https://localhost/hi"))
        .isZero();
    var said = json.readTree(out.toString());
    assertThat(said.get("verdict").asString()).isEqualTo("deny");
    assertThat(said.get("status").asInt()).isEqualTo(403);
    assertThat(said.get("rules").get(0).get("outcome").asString()).isEqualTo("false");
    assertThat(said.get("rules").get(0).get("parts").get(0).get("value").asString())
        .isEqualTo("false   (\"/hi\")");
    assertThat(said.get("nearest").get(0).asString()).startsWith("allow anyone holds");

    out.getBuffer().setLength(0);
    assertThat(run("diff", "--json", folder + "", folder + "")).isZero();
    assertThat(json.readTree(out.toString()).get("changes").isEmpty()).isTrue();
  }

  @Test
  void aBundleThatCannotBeReadHasNoDifference() throws Exception {
    bundle("request.method == 'GET'");

    assertThat(run("diff", folder.resolve("none").toString(), folder.toString())).isEqualTo(1);
    assertThat(err.toString()).isNotEmpty();
  }

  @Test
  void anEditorGetsTheSchemas() throws Exception {
    assertThat(run("schema", "Policies")).isZero();
    assertThat(out.toString()).isEqualTo(Kinds.schemas().get(Kinds.schemaName("policies")));

    assertThat(run("schema", "--out", folder.resolve("a/b").toString())).isZero();
    assertThat(folder.resolve("a/b").resolve(Kinds.schemaName("tests")))
        .hasContent(Kinds.schemas().get(Kinds.schemaName("tests")));

    assertThat(run("schema", "Policy")).isEqualTo(2);
    assertThat(err.toString()).contains("no kind 'Policy'").contains("policies");
    assertThat(run("schema")).isEqualTo(2);
  }

  private void bundle(String when) throws Exception {
    bundle(when, "anonymous");
  }

  private void bundle(String when, String authenticate) throws Exception {
    file(
        "routes/r.yaml",
        """
        apiVersion: sallyport/v1
        kind: Routes
        routes:
          - id: hello
            match: { host: localhost, path: /hi, methods: [GET] }
            policy: open
            respond: { status: 200, body: hello }
        """);
    file(
        "policies/p.yaml",
        """
        apiVersion: sallyport/v1
        kind: Policies
        policies:
          - id: open
            authenticate: %s
            allow: [ { id: anyone, when: "%s" } ]
        """
            .formatted(authenticate, when));
    file(
        "tests/t.yaml",
        """
        apiVersion: sallyport/v1
        kind: Tests
        tests:
          - name: it is open & <quoted>
            request: { as: anonymous, method: GET, url: "https://localhost/hi" }
            expect: { allow: anyone, route: hello }
        """);
  }

  private void file(String name, String text) throws Exception {
    var file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private static RunningGateway failure() {
    throw new AssertionError("nothing is started");
  }

  private int run(String... arguments) {
    var line =
        Commands.of(
            settings -> {
              started.addAll(settings);
              throw new ConfigurationRefused(List.of("first thing", "second thing"));
            },
            arguments);
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(arguments);
  }
}
