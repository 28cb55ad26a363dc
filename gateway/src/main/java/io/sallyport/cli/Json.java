package io.sallyport.cli;

import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// What a command says to tools: one JSON value, indented.
final class Json {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private Json() {}

  static void write(CommandSpec spec, Object value) {
    spec.commandLine().getOut().println(MAPPER.writeValueAsString(value));
    spec.commandLine().getOut().flush();
  }
}
