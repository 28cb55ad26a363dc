package io.sallyport.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// A receiver that remembers what it heard. `toString` is the whole story in one line.
class HeardAnswer implements UpstreamReceiver {
  @Nullable UpstreamStream stream;
  final AtomicLong bytes = new AtomicLong();
  volatile int status;
  volatile @Nullable HttpHeaders headers;
  volatile @Nullable UpstreamFailure failure;
  private final List<String> story = new ArrayList<>();
  private final StringBuilder body = new StringBuilder();
  private final CompletableFuture<String> done = new CompletableFuture<>();
  private boolean over;

  UpstreamStream stream() {
    return Objects.requireNonNull(stream, "stream");
  }

  HttpHeaders headers() {
    return Objects.requireNonNull(headers, "headers");
  }

  UpstreamFailure failure() {
    return Objects.requireNonNull(failure, "failure");
  }

  @Override
  public void informational(int status, HttpHeaders headers) {
    tell("interim " + status);
  }

  @Override
  public void head(int status, HttpHeaders headers, boolean end) {
    this.status = status;
    this.headers = headers;
    tell("head " + status);
    if (end) {
      end();
    }
  }

  @Override
  public void data(ByteBuf data, boolean end) {
    int length = data.readableBytes();
    bytes.addAndGet(length);
    if (body.length() < 1000) {
      body.append(data.toString(StandardCharsets.ISO_8859_1));
    }
    data.release();
    tell("");
    if (stream != null) {
      consumed(length);
    }
    if (end) {
      end();
    }
  }

  void consumed(int length) {
    if (stream != null) {
      stream.consumed(length);
    }
  }

  @Override
  public void trailers(HttpHeaders trailers) {
    tell("trailers " + trailers.entries());
    end();
  }

  @Override
  public void writable() {
    if (over) {
      throw new IllegalStateException("writable after the end");
    }
  }

  @Override
  public void failed(UpstreamFailure failure) {
    this.failure = failure;
    tell("failed " + failure.kind() + (failure.nothingSent() ? " nothing sent" : ""));
    end();
  }

  private void tell(String what) {
    if (over) {
      throw new IllegalStateException("after the end: " + what);
    }
    if (!what.isEmpty()) {
      story.add(what);
    }
  }

  private void end() {
    if (over) {
      throw new IllegalStateException("a second end");
    }
    over = true;
    done.complete(toString());
  }

  boolean isDone() {
    return done.isDone();
  }

  String await() throws Exception {
    return await(Duration.ofSeconds(5));
  }

  String await(Duration bound) throws Exception {
    return done.get(bound.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public String toString() {
    var all = new ArrayList<>(story);
    if (!body.isEmpty()) {
      int at = all.indexOf("head " + status);
      all.add(at + 1, "body " + body);
    }
    return String.join(", ", all);
  }
}
