package io.sallyport.listener;

import io.sallyport.edge.ExchangeHandler;
import io.sallyport.testing.EmbeddedSocket;
import io.sallyport.wire.TlsProvider;
import java.util.List;

/// The listener's pipelines on connections without a network, as they are after the handshake.
public final class EmbeddedListener {
  private final Front front;

  /// @param handler of every exchange
  public EmbeddedListener(ExchangeHandler handler) {
    this.front =
        new Front(
            Rig.settings(ListenerSettings.Bounds.DEFAULT),
            new Certificates(TlsProvider.best(), List.of(Rig.LOCALHOST)),
            handler,
            ListenerEvents.NONE);
  }

  public EmbeddedSocket acceptH1() {
    var channel = EmbeddedSocket.open();
    H1Connection.configure(channel.pipeline(), accept(channel));
    return channel;
  }

  public EmbeddedSocket acceptH2() {
    var channel = EmbeddedSocket.open();
    H2Connection.configure(channel.pipeline(), accept(channel));
    return channel;
  }

  private ClientSocket accept(EmbeddedSocket channel) {
    var socket = new ClientSocket(front, channel);
    socket.shown(front.certificates.choose("localhost"), "localhost");
    return socket;
  }
}
