package io.sallyport.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.bundle.FilterCompiler;
import io.sallyport.testing.GatewayUnderTest;
import io.sallyport.testing.TestBundle;
import java.io.StringWriter;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Filters of the operator's own, as `docs/guides/filters-of-your-own.md` says.
final class PluginsTest {
  private static final Path GUIDE = Path.of("../docs/guides/filters-of-your-own.md");

  @TempDir Path folder;

  @Test
  void theFilterOfTheGuideWorks() throws Exception {
    PluginJar.write(
        Files.createDirectory(folder.resolve("plugins")).resolve("example.jar"),
        compiled(),
        "com.example.filters.ExampleFilters");
    String routes =
        """
        - id: stamped
          match: { host: localhost, path: /** }
          policy: open
          upstream: backend
          filters: [ Stamp=seen ]
        """;
    try (var backend = new EchoBackend();
        var gateway =
            GatewayUnderTest.start(
                GatewayUnderTest.Setup.DEFAULT.withPlugins(folder.resolve("plugins")),
                TestBundle.of(routes, backend.address()));
        var client = gateway.client(HttpClient.Version.HTTP_2)) {
      var request = HttpRequest.newBuilder(gateway.uri("/a")).build();
      client.send(request, HttpResponse.BodyHandlers.discarding());

      assertThat(backend.seen().getFirst().fields()).contains("x-stamp: seen");
    }
  }

  @Test
  void aJarThatNamesAClassItDoesNotHaveIsAProblem() throws Exception {
    PluginJar.write(
        Files.createDirectory(folder.resolve("plugins")).resolve("broken.jar"),
        Files.createDirectory(folder.resolve("nothing")),
        "com.example.Missing");
    try (var lane = new SpringLane(folder.resolve("plugins"))) {
      var compilation =
          lane.compile("route", List.of(new FilterCompiler.Filter("SetStatus", Map.of())));

      assertThat(compilation)
          .isInstanceOfSatisfying(
              FilterCompiler.Faulty.class,
              faulty ->
                  assertThat(faulty.faults().getFirst().why()).contains("com.example.Missing"));
    }
  }

  private Path compiled() throws Exception {
    var block = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    var code = block.matcher(Files.readString(GUIDE));
    assertThat(code.find()).isTrue();
    Path source = folder.resolve("ExampleFilters.java");
    Files.writeString(source, code.group(1));
    Path classes = Files.createDirectory(folder.resolve("classes"));
    var compiler = ToolProvider.getSystemJavaCompiler();
    try (var files = compiler.getStandardFileManager(null, null, null)) {
      var said = new StringWriter();
      String path =
          System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
      boolean good =
          compiler
              .getTask(
                  said,
                  files,
                  null,
                  List.of("-proc:none", "-d", classes.toString(), "-classpath", path),
                  null,
                  files.getJavaFileObjects(source))
              .call();
      assertThat(good).as("%s", said).isTrue();
    }
    return classes;
  }
}
