package io.sallyport.spring;

import java.net.InetSocketAddress;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpCookie;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.AbstractServerHttpRequest;
import org.springframework.http.server.reactive.SslInfo;
import org.springframework.http.support.Netty4HeadersAdapter;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import reactor.core.publisher.Flux;

/// The request of a [LaneExchange] as Spring reads it. It carries no credentials.
final class LaneRequest extends AbstractServerHttpRequest {
  private final LaneExchange lane;

  LaneRequest(LaneExchange lane, URI uri) {
    super(
        HttpMethod.valueOf(lane.exchange().inbound().method()),
        uri,
        "",
        new HttpHeaders(new Netty4HeadersAdapter(lane.exchange().requestHeaders())));
    this.lane = lane;
  }

  LaneExchange lane() {
    return lane;
  }

  @Override
  public Flux<DataBuffer> getBody() {
    return lane.requestBody();
  }

  @Override
  public InetSocketAddress getRemoteAddress() {
    return new InetSocketAddress(lane.exchange().inbound().source(), 0);
  }

  @Override
  protected MultiValueMap<String, HttpCookie> initCookies() {
    MultiValueMap<String, HttpCookie> cookies = new LinkedMultiValueMap<>();
    for (String field : getHeaders().getOrEmpty(HttpHeaders.COOKIE)) {
      for (String pair : field.split(";")) {
        int equals = pair.indexOf('=');
        if (equals > 0) {
          String name = pair.substring(0, equals).strip();
          cookies.add(name, new HttpCookie(name, pair.substring(equals + 1).strip()));
        }
      }
    }
    return cookies;
  }

  @Override
  protected @Nullable SslInfo initSslInfo() {
    return null;
  }

  /// There is none that a filter could reach into.
  @SuppressWarnings("TypeParameterUnusedInFormals") // declared by Spring
  @Override
  public <T> T getNativeRequest() {
    throw new IllegalStateException("Sallyport's requests have no native form");
  }
}
