package io.sallyport.listener;

import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.NetUtil;
import io.sallyport.admission.ClientConnection;
import io.sallyport.authentication.CredentialMemory;
import io.sallyport.edge.Peer;
import io.sallyport.policy.Tls;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A client's connection: who is at its other end, what it was shown and has shown. Lives on one
/// event loop.
final class ClientSocket implements ClientConnection {
  private static final String FORWARDED_FOR = "x-forwarded-for";

  final Front front;
  final SocketChannel channel;
  final LoopWatch watch;
  final AnswerStamp stamp;
  final Peer peer;
  private final CredentialMemory credentials = new CredentialMemory();
  private @Nullable ServedCertificate certificate;
  private String serverName = "";
  private Tls tls = Tls.UNKNOWN;

  ClientSocket(Front front, SocketChannel channel) {
    this.front = front;
    this.channel = channel;
    this.watch = front.watch(channel.eventLoop());
    this.stamp = front.stamp(channel.eventLoop());
    var address = channel.remoteAddress().getAddress();
    this.peer =
        new Peer(
            address,
            isTrusted(front, address) ? Peer.Standing.TRUSTED_PROXY : Peer.Standing.STRANGER);
  }

  static boolean isTrusted(Front front, InetAddress address) {
    for (Network network : front.settings.trustedProxies()) {
      if (network.contains(address)) {
        return true;
      }
    }
    return false;
  }

  /// @param name that the client asked for; null: none
  void shown(ServedCertificate chosen, @Nullable String name) {
    certificate = chosen;
    serverName = name == null ? "" : name;
  }

  void secured(String version, String suite, String group) {
    tls = new Tls(version, suite, group, serverName);
  }

  @Override
  public Tls tls() {
    return tls;
  }

  /// The port that the connection came from; 0 when it came from a proxy of ours.
  int port() {
    return switch (peer.standing()) {
      case STRANGER -> channel.remoteAddress().getPort();
      case TRUSTED_PROXY -> 0;
    };
  }

  @Override
  public CredentialMemory credentials() {
    return credentials;
  }

  @Override
  public boolean certifiedFor(String host) {
    return certificate != null && certificate.isFor(host);
  }

  /// Where a request came from: the socket's address, or what a trusted proxy says of the nearest
  /// hop that is not one of ours. A hop that cannot be read ends the search at the last one that
  /// could.
  InetAddress source(HttpHeaders headers) {
    return switch (peer.standing()) {
      case STRANGER -> peer.address();
      case TRUSTED_PROXY -> nearestStranger(headers.getAll(FORWARDED_FOR));
    };
  }

  private InetAddress nearestStranger(List<String> fields) {
    InetAddress nearest = peer.address();
    for (int i = fields.size() - 1; i >= 0; i--) {
      String[] hops = fields.get(i).split(",", -1);
      for (int j = hops.length - 1; j >= 0; j--) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(hops[j].strip());
        if (bytes == null) {
          return nearest;
        }
        nearest = address(bytes);
        if (!isTrusted(front, nearest)) {
          return nearest;
        }
      }
    }
    return nearest;
  }

  private static InetAddress address(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of " + bytes.length + " bytes", e);
    }
  }
}
