package io.sallyport.loadtest.generator;

import java.util.ArrayList;
import java.util.List;

/// Work that asks nothing by itself and writes down what it hears.
final class RecordedWork implements Work {
  final List<String> heard = new ArrayList<>();

  @Override
  public void opened(Connection connection) {
    heard.add("opened");
  }

  @Override
  public void turn(Connection connection) {}

  @Override
  public void answered(Exchange exchange, int status) {
    heard.add("answered " + status);
  }

  @Override
  public void lost(Exchange exchange) {
    heard.add("lost");
  }

  @Override
  public void again(Exchange exchange) {
    heard.add("again");
  }

  @Override
  public void closed(Connection connection, String why) {
    heard.add("closed: " + why);
  }
}
