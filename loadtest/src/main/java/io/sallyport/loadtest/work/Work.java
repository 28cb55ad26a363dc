package io.sallyport.loadtest.work;

import io.sallyport.loadtest.proxy.Service;

/// One thing that proxies are measured at.
///
/// @param label short and stable: the name in reports and budgets
/// @param says one line for people
/// @param beside the label of nginx's work that ratios are taken to
public record Work(
    String label, String says, Stage stage, Service service, String beside, Load load) {
  public Work {
    if (!label.matches("[a-z0-9][a-z0-9-]*")) {
      throw new IllegalArgumentException("label: lower-case words and hyphens, was " + label);
    }
  }

  /// Where its requests go.
  public String path(String below) {
    return "/" + service.folder() + "/" + below;
  }
}
