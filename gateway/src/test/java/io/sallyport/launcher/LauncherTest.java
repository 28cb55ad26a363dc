package io.sallyport.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// A copy of the launcher beside a product that was built, on a system whose JDKs are folders of
/// the test. A JDK here is a release file and a `java` that says how it was called.
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it is a shell script")
final class LauncherTest {
  private static final List<String> TOOLS =
      List.of("sh", "cat", "dirname", "find", "getconf", "head", "readlink", "sed");

  @TempDir Path temp;

  private Path home;
  private Path system;
  private Path tools;

  @BeforeEach
  void aSystemWithoutJdks() throws IOException {
    home = Files.createDirectories(temp.toRealPath().resolve("a home"));
    system = Files.createDirectories(temp.toRealPath().resolve("system"));
    tools = Files.createDirectories(system.resolve("tools"));
    for (String tool : TOOLS) {
      Files.createSymbolicLink(tools.resolve(tool), where(tool));
    }
    // Where systems keep JDKs is written in the script; here it is below the test's folder.
    var script =
        Files.readString(Path.of("..", "sallyport"))
            .replaceAll("(?m)(^| )(/usr/|/opt/|/Library/)", "$1" + system + "$2");
    executable(home.resolve("sallyport"), script);
    var product = home.resolve("gateway/target/dist/sallyport.jar");
    Files.createDirectories(product.getParent());
    Files.createFile(product);
    Files.createFile(learned());
  }

  @Test
  void withoutAJdkItSaysWhatToInstall() throws Exception {
    jdk("old", "21.0.5");

    var said = launch(Map.of(), "version");

    assertThat(said.status()).isEqualTo(1);
    assertThat(said.output())
        .startsWith("sallyport needs a JDK 25, and none was found in JAVA_HOME, on the PATH,")
        .contains("set JAVA_HOME to it");
  }

  @Test
  void aJdkOfTheSystemRunsTheProductWithAllThatItIsTold() throws Exception {
    jdk("jdk-25", "25.0.1");

    var said = launch(Map.of("SALLYPORT_JAVA_OPTS", "-Xmx1g -Da=b"), "run", "--bundle", "my dir");

    assertThat(said.status()).isEqualTo(7);
    assertThat(said.output().lines())
        .startsWith("jdk-25")
        .contains("-Dsallyport.home=" + home, "-Xmx1g", "-Da=b", "-XX:+ExitOnOutOfMemoryError")
        .endsWith(
            home.resolve("gateway/target/dist/sallyport.jar").toString(),
            "io.sallyport.Sallyport",
            "run",
            "--bundle",
            "my dir");
  }

  @Test
  void aGatewayStartsFromWhatARehearsalTaughtAndSaysWhenThereIsNone() throws Exception {
    jdk("jdk-25", "25.0.1");

    assertThat(launch(Map.of(), "run").output().lines())
        .startsWith("jdk-25")
        .contains("-XX:AOTCache=" + learned());

    Files.delete(learned());
    assertThat(launch(Map.of(), "run").output())
        .startsWith("sallyport: starts slower than it could: " + learned() + " is missing")
        .doesNotContain("-XX:AOTCache");
  }

  @Test
  void aRehearsalThatFailsLeavesNothingAndIsAFailure() throws Exception {
    jdk("jdk-25", "25.0.1");
    Files.createSymbolicLink(tools.resolve("rm"), where("rm"));

    var said = launch(Map.of(), "--rehearse");

    assertThat(said.status()).isEqualTo(7);
    assertThat(said.output()).contains("rehearse\n--\n", "-XX:AOTCacheOutput=" + learned());
    assertThat(learned()).doesNotExist();
  }

  @Test
  void javaHomeComesFirstUnlessItIsTooOld() throws Exception {
    jdk("jdk-25", "25");
    var mine = jdk("mine", "25.0.2");
    var old = jdk("old", "17.0.9");

    assertThat(launch(Map.of("JAVA_HOME", mine.toString()), "version").java()).isEqualTo("mine");
    assertThat(launch(Map.of("JAVA_HOME", old.toString()), "version").java()).isEqualTo("jdk-25");
  }

  @Test
  void theVersionThatWeBuildWithIsPreferredToANewerOne() throws Exception {
    jdk("a-jdk-26", "26");
    assertThat(launch(Map.of(), "version").java()).isEqualTo("a-jdk-26");

    jdk("b-jdk-25", "25.0.1");
    assertThat(launch(Map.of(), "version").java()).isEqualTo("b-jdk-25");
  }

  @Test
  void itFindsItsHomeThroughALinkAndAJdkThroughThePath() throws Exception {
    var jdk = jdk("elsewhere/jdk", "25");
    Files.move(jdk, system.resolve("elsewhere"));
    Files.createSymbolicLink(tools.resolve("java"), system.resolve("elsewhere/bin/java"));
    var link = Files.createSymbolicLink(system.resolve("linked"), home.resolve("sallyport"));

    var said = run(Map.of(), List.of(link.toString(), "version"));

    assertThat(said.java()).isEqualTo("elsewhere");
    assertThat(said.output()).contains("-Dsallyport.home=" + home + "\n");
  }

  private Path learned() {
    return home.resolve("gateway/target/dist/sallyport.aot");
  }

  private record Said(int status, String output) {
    String java() {
      return output.lines().findFirst().orElse("");
    }
  }

  private Said launch(Map<String, String> more, String... arguments) throws Exception {
    var command = new ArrayList<>(List.of(home.resolve("sallyport").toString()));
    command.addAll(List.of(arguments));
    return run(more, command);
  }

  private Said run(Map<String, String> more, List<String> command) throws Exception {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().put("PATH", tools.toString());
    builder.environment().put("HOME", home.toString());
    builder.environment().putAll(more);
    var process = builder.start();
    process.getOutputStream().close();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    return new Said(process.exitValue(), output);
  }

  /// Below where Linux keeps them. Its `java` says its own name and then each argument.
  private Path jdk(String name, String version) throws IOException {
    var jdk = system.resolve("usr/lib/jvm").resolve(name);
    Files.createDirectories(jdk.resolve("bin"));
    Files.writeString(
        jdk.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
    executable(
        jdk.resolve("bin/java"),
        """
        #!/bin/sh
        jdk=${0%/bin/java}
        echo "${jdk##*/}"
        for argument; do echo "$argument"; done
        exit 7
        """);
    return jdk;
  }

  private static Path where(String tool) {
    for (String folder : List.of("/usr/bin", "/bin")) {
      if (Files.isExecutable(Path.of(folder, tool))) {
        return Path.of(folder, tool);
      }
    }
    throw new AssertionError("no " + tool);
  }

  private static void executable(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
