package io.sallyport.listener;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// Writes any bytes, and reads answers as a strict client would.
record H1Client(Socket socket) implements AutoCloseable {

  /// An answer. Field names in lower case.
  record Answer(int status, Map<String, String> headers, String body) {
    String reason() {
      return headers.getOrDefault("x-reason", "none");
    }
  }

  H1Client send(String bytes) throws IOException {
    socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
    return this;
  }

  Answer get(String path) throws IOException {
    return send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").read();
  }

  Answer read() throws IOException {
    return read(false);
  }

  Answer read(boolean toHead) throws IOException {
    InputStream in = socket.getInputStream();
    String statusLine = line(in);
    int status = Integer.parseInt(statusLine.split(" ")[1]);
    var headers = fields(in);
    String body = "";
    if (status >= 200 && status != 204 && status != 304 && !toHead) {
      body =
          headers.containsKey("transfer-encoding")
              ? chunks(in, headers)
              : exactly(in, Integer.parseInt(headers.get("content-length")));
    }
    return new Answer(status, headers, body);
  }

  private static Map<String, String> fields(InputStream in) throws IOException {
    var fields = new LinkedHashMap<String, String>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      fields.merge(
          line.substring(0, colon).toLowerCase(Locale.ROOT),
          line.substring(colon + 1).strip(),
          (a, b) -> a + ", " + b);
    }
    return fields;
  }

  private static String chunks(InputStream in, Map<String, String> headers) throws IOException {
    var body = new StringBuilder();
    for (int size = size(in); size > 0; size = size(in)) {
      body.append(exactly(in, size));
      line(in);
    }
    headers.putAll(fields(in));
    return body.toString();
  }

  private static int size(InputStream in) throws IOException {
    return Integer.parseInt(line(in), 16);
  }

  private static String exactly(InputStream in, int bytes) throws IOException {
    byte[] read = in.readNBytes(bytes);
    if (read.length < bytes) {
      throw new IOException("cut off after " + read.length + " of " + bytes);
    }
    return new String(read, StandardCharsets.ISO_8859_1);
  }

  private static String line(InputStream in) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new IOException("closed");
      }
      line.write(b);
    }
    String text = line.toString(StandardCharsets.ISO_8859_1);
    if (!text.endsWith("\r")) {
      throw new IOException("bare LF");
    }
    return text.substring(0, text.length() - 1);
  }

  /// Whether the other side has ended the connection, in order or not.
  boolean ended() {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
