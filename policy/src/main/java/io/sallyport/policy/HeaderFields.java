package io.sallyport.policy;

import java.util.List;

/// A read-only view of a request's header fields. Names are asked in lower case.
public interface HeaderFields {

  /// Every value of this field in the order they came; empty when absent.
  List<String> all(String lowerCaseName);

  /// A request without header fields.
  HeaderFields NONE = name -> List.of();
}
