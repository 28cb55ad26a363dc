package io.sallyport.spring;

import java.util.List;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;
import org.springframework.http.server.reactive.AbstractServerHttpResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// The answer of a [LaneExchange] as Spring writes it.
final class LaneResponse extends AbstractServerHttpResponse {
  private final LaneExchange lane;

  LaneResponse(LaneExchange lane, DataBufferFactory buffers) {
    super(buffers, new HttpHeaders());
    this.lane = lane;
  }

  @Override
  protected Mono<Void> writeWithInternal(Publisher<? extends DataBuffer> body) {
    return lane.answer(Flux.from(body));
  }

  @Override
  protected Mono<Void> writeAndFlushWithInternal(
      Publisher<? extends Publisher<? extends DataBuffer>> body) {
    return lane.answer(Flux.from(body).concatMap(Function.identity(), 1));
  }

  @Override
  protected void applyStatusCode() {}

  @Override
  protected void applyHeaders() {}

  @Override
  protected void applyCookies() {
    for (List<ResponseCookie> cookies : getCookies().values()) {
      cookies.forEach(cookie -> getHeaders().add(HttpHeaders.SET_COOKIE, cookie.toString()));
    }
  }

  /// There is none that a filter could reach into.
  @SuppressWarnings("TypeParameterUnusedInFormals") // declared by Spring
  @Override
  public <T> T getNativeResponse() {
    throw new IllegalStateException("Sallyport's answers have no native form");
  }
}
