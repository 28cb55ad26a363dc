package io.sallyport.edge;

import io.netty.buffer.ByteBuf;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import io.sallyport.admission.Inbound;
import io.sallyport.admission.Permit;
import io.sallyport.bench.Asked;
import io.sallyport.bench.BenchBundle;
import io.sallyport.bench.Judged;
import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// Editing fields, in place. Each call edits a fresh copy: take off what `copyRequest` and
/// `copyAnswer` cost.
@NullUnmarked
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FieldsBenchmark {
  private static final String DECISION = "0123456789abcdef0123456789abcdef";

  private final BenchBundle bench = new BenchBundle();
  private final String authorization = bench.authorization(0);
  private final Asked asked = Asked.get("/orders/17?page=2", authorization);
  private final Permit permit = new Judged(bench).permit(asked);
  private final RequestFields requestFields = new RequestFields(EdgeSettings.DEFAULT);
  private final AnswerFields answerFields = new AnswerFields(EdgeSettings.DEFAULT);
  private final HttpHeaders request =
      headers()
          .add(AsciiString.of("host"), "localhost")
          .add(AsciiString.of("user-agent"), "Mozilla/5.0 (X11; Linux x86_64)")
          .add(AsciiString.of("accept"), "application/json")
          .add(AsciiString.of("accept-encoding"), "gzip, br")
          .add(AsciiString.of("authorization"), authorization);
  private final HttpHeaders answer =
      headers()
          .add(AsciiString.of("server"), "backend")
          .add(AsciiString.of("date"), "Tue, 24 Nov 2026 00:00:00 GMT")
          .add(AsciiString.of("content-type"), "application/json")
          .add(AsciiString.of("content-length"), "1024");
  private final Arrived exchange = new Arrived(asked);

  @Benchmark
  public HttpHeaders copyRequest() {
    return request.copy();
  }

  @Benchmark
  public HttpHeaders copyAnswer() {
    return answer.copy();
  }

  @Benchmark
  public HttpHeaders received() {
    HttpHeaders headers = request.copy();
    RequestFields.received(headers, Peer.Standing.STRANGER);
    return headers;
  }

  @Benchmark
  public String forwarded() {
    exchange.headers = request.copy();
    return requestFields.forwarded(exchange, permit, DECISION);
  }

  @Benchmark
  public HttpHeaders answered() {
    HttpHeaders headers = answer.copy();
    answerFields.forwarded(headers, permit.route().responseHeaders());
    return headers;
  }

  private static HttpHeaders headers() {
    return DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
  }

  /// An exchange of which nothing but the head is asked.
  private static final class Arrived implements Exchange {
    private final Inbound inbound;
    private final Peer peer =
        new Peer(InetAddress.ofLiteral("203.0.113.7"), Peer.Standing.STRANGER);
    private final EventLoop loop = new DefaultEventLoop();
    private HttpHeaders headers = headers();

    Arrived(Inbound inbound) {
      this.inbound = inbound;
    }

    @Override
    public EventLoop eventLoop() {
      return loop;
    }

    @Override
    public Inbound inbound() {
      return inbound;
    }

    @Override
    public HttpHeaders requestHeaders() {
      return headers;
    }

    @Override
    public boolean hasBody() {
      return false;
    }

    @Override
    public String protocol() {
      return "HTTP/2";
    }

    @Override
    public Peer peer() {
      return peer;
    }

    @Override
    public void receive(RequestReceiver receiver) {}

    @Override
    public void readBody(long maxBody) {}

    @Override
    public void consumed(int bytes) {}

    @Override
    public void informational(int status, HttpHeaders headers) {}

    @Override
    public void head(int status, HttpHeaders headers, boolean end) {}

    @Override
    public void data(ByteBuf data, boolean end) {
      data.release();
    }

    @Override
    public void trailers(HttpHeaders trailers) {}

    @Override
    public boolean writable() {
      return true;
    }

    @Override
    public void abort() {}
  }
}
