package io.sallyport.cli;

import io.sallyport.bundle.TestRun;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/// Writes what came of a bundle's tests as build servers read it: JUnit's XML, one `testcase` for
/// each test and one for each kind of coverage.
final class JunitReport {
  private static final String COVERAGE = "coverage";

  private final XMLStreamWriter xml;

  private JunitReport(XMLStreamWriter xml) {
    this.xml = xml;
  }

  /// Writes the whole file, or throws.
  ///
  /// @param bundle the suite's name
  static void write(Path file, String bundle, TestRun run) throws IOException {
    var out = new StringWriter();
    try {
      var xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(out);
      new JunitReport(xml).suite(bundle, run);
      xml.close();
    } catch (XMLStreamException e) {
      throw new IOException(e);
    }
    Files.writeString(file, out.toString());
  }

  private void suite(String bundle, TestRun run) throws XMLStreamException {
    int missed = (run.rules().met() ? 0 : 1) + (run.routes().met() ? 0 : 1);
    xml.writeStartDocument("UTF-8", "1.0");
    xml.writeStartElement("testsuite");
    attribute("name", bundle);
    attribute("tests", String.valueOf(run.results().size() + 2));
    attribute("failures", String.valueOf(run.failures().size() + missed));
    attribute("errors", "0");
    for (TestRun.Result result : run.results()) {
      start(result.file(), result.name());
      if (result.failure() != null) {
        failure(result.failure().problem().headline(), result.failure().render());
      }
      xml.writeEndElement();
    }
    coverage("rules", run.rules());
    coverage("routes", run.routes());
    xml.writeEndElement();
    xml.writeEndDocument();
  }

  private void coverage(String what, TestRun.Coverage coverage) throws XMLStreamException {
    start(COVERAGE, what);
    if (!coverage.met()) {
      failure(
          "%d%% of %s, must be %d%%"
              .formatted(coverage.percent(), what, coverage.requiredPercent()),
          "missing: " + String.join(", ", coverage.unseen()));
    }
    xml.writeEndElement();
  }

  private void start(String className, String name) throws XMLStreamException {
    xml.writeStartElement("testcase");
    attribute("classname", className);
    attribute("name", name);
  }

  private void failure(String message, String text) throws XMLStreamException {
    xml.writeStartElement("failure");
    attribute("message", message);
    xml.writeCharacters(allowed(text));
    xml.writeEndElement();
  }

  private void attribute(String name, String value) throws XMLStreamException {
    xml.writeAttribute(name, allowed(value));
  }

  /// What XML 1.0 §2.2 can carry; a value out of a request may hold anything.
  private static String allowed(String text) {
    var kept = new StringBuilder(text.length());
    text.codePoints().forEach(c -> kept.appendCodePoint(isAllowed(c) ? c : 0xFFFD));
    return kept.toString();
  }

  private static boolean isAllowed(int c) {
    return c == '\t'
        || c == '\n'
        || c == '\r'
        || (c >= 0x20 && c <= 0xD7FF)
        || (c >= 0xE000 && c <= 0xFFFD)
        || c >= 0x10000;
  }
}
