package io.sallyport.loadtest.generator;

/// What a load generator hears from its connections, and answers by asking. Called on the event
/// loop; must not block.
interface Work {
  /// The connection may be asked from now on. Followed by [#turn].
  void opened(Connection connection);

  /// A turn of the event loop ends: what is asked now goes out in one write.
  void turn(Connection connection);

  /// An exchange was answered in full.
  void answered(Exchange exchange, int status);

  /// An exchange will not be answered: its connection broke, or the server reset it.
  void lost(Exchange exchange);

  /// An exchange that the server promises not to have looked at: it may be asked again.
  void again(Exchange exchange);

  /// The connection has ended or never opened; heard once, after its exchanges.
  ///
  /// @param why for people
  void closed(Connection connection, String why);
}
