package io.sallyport.listener;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Offers exactly what a test names (RFC 8446 §4.1.2, RFC 5246 §7.4.1.2), also what no TLS library
/// offers any more, and reads what the server makes of it. A hello for TLS 1.3 comes without a key
/// share: a server that agrees names the group in a HelloRetryRequest.
record ClientHello(
    String serverName,
    int version,
    List<Integer> suites,
    List<Integer> groups,
    List<Integer> compressions) {
  static final int SSL3 = 0x0300;
  static final int TLS10 = 0x0301;
  static final int TLS11 = 0x0302;
  static final int TLS12 = 0x0303;
  static final int TLS13 = 0x0304;
  private static final int ALERT = 21;
  private static final int HANDSHAKE = 22;
  private static final int SERVER_NAME = 0;
  private static final int SUPPORTED_GROUPS = 10;
  private static final int POINT_FORMATS = 11;
  private static final int SIGNATURE_ALGORITHMS = 13;
  private static final int SUPPORTED_VERSIONS = 43;
  private static final int KEY_SHARE = 51;
  private static final int RENEGOTIATION_INFO = 0xff01;

  /// What came back.
  sealed interface Reply {
    /// A refusal (RFC 8446 §6.2), by its number.
    record Alert(int description) implements Reply {}

    /// An agreement; the group is 0 in TLS 1.2, where it comes later.
    record Agreed(int version, int suite, int group, int compression) implements Reply {}

    /// The server hung up without a word.
    record HungUp() implements Reply {}
  }

  Reply send(int port) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(5_000);
      socket.getOutputStream().write(record());
      return reply(new DataInputStream(socket.getInputStream()));
    }
  }

  private byte[] record() {
    byte[] body = body();
    return new Bytes()
        .one(HANDSHAKE)
        .two(TLS10)
        .two(body.length + 4)
        .one(1)
        .one(0)
        .vector(body)
        .toByteArray();
  }

  private byte[] body() {
    var suiteList = new Bytes();
    suites.forEach(suiteList::two);
    var compressionList = new Bytes();
    compressions.forEach(compressionList::one);
    return new Bytes()
        .two(Math.min(version, TLS12))
        .raw(new byte[32])
        .one(0)
        .vector(suiteList.toByteArray())
        .one(compressions.size())
        .raw(compressionList.toByteArray())
        .vector(extensions())
        .toByteArray();
  }

  private byte[] extensions() {
    byte[] name = serverName.getBytes(StandardCharsets.US_ASCII);
    var groupList = new Bytes();
    groups.forEach(groupList::two);
    var all =
        new Bytes()
            .two(SERVER_NAME)
            .vector(new Bytes().vector(new Bytes().one(0).vector(name).toByteArray()).toByteArray())
            .two(SUPPORTED_GROUPS)
            .vector(new Bytes().vector(groupList.toByteArray()).toByteArray())
            .two(POINT_FORMATS)
            .vector(new byte[] {1, 0})
            .two(SIGNATURE_ALGORITHMS)
            .vector(
                new Bytes()
                    .vector(new Bytes().two(0x0403).two(0x0804).two(0x0401).toByteArray())
                    .toByteArray());
    if (version == TLS13) {
      all.two(SUPPORTED_VERSIONS).vector(new byte[] {2, 3, 4});
      all.two(KEY_SHARE).vector(new byte[] {0, 0});
    } else {
      all.two(RENEGOTIATION_INFO).vector(new byte[] {0});
    }
    return all.toByteArray();
  }

  private static Reply reply(DataInputStream in) throws IOException {
    int type = in.read();
    if (type < 0) {
      return new Reply.HungUp();
    }
    in.readUnsignedShort();
    byte[] body = new byte[in.readUnsignedShort()];
    in.readFully(body);
    if (type == ALERT) {
      return new Reply.Alert(body[1]);
    }
    var hello = ByteBuffer.wrap(body, 4, body.length - 4);
    int legacyVersion = hello.getShort();
    hello.position(hello.position() + 32);
    hello.position(hello.position() + 1 + hello.get(hello.position()));
    int suite = Short.toUnsignedInt(hello.getShort());
    int compression = hello.get();
    Map<Integer, ByteBuffer> extensions = extensions(hello);
    var version = extensions.get(SUPPORTED_VERSIONS);
    var keyShare = extensions.get(KEY_SHARE);
    return new Reply.Agreed(
        version == null ? legacyVersion : version.getShort(),
        suite,
        keyShare == null ? 0 : Short.toUnsignedInt(keyShare.getShort()),
        compression);
  }

  private static Map<Integer, ByteBuffer> extensions(ByteBuffer hello) {
    var found = new HashMap<Integer, ByteBuffer>();
    if (hello.remaining() < 2) {
      return found;
    }
    int end = hello.getShort() + hello.position();
    while (hello.position() < end) {
      int type = Short.toUnsignedInt(hello.getShort());
      int length = Short.toUnsignedInt(hello.getShort());
      found.put(type, hello.slice(hello.position(), length));
      hello.position(hello.position() + length);
    }
    return found;
  }

  private static final class Bytes extends ByteArrayOutputStream {
    Bytes one(int value) {
      write(value);
      return this;
    }

    Bytes two(int value) {
      return one(value >> 8).one(value);
    }

    Bytes raw(byte[] bytes) {
      writeBytes(bytes);
      return this;
    }

    Bytes vector(byte[] bytes) {
      return two(bytes.length).raw(bytes);
    }
  }
}
