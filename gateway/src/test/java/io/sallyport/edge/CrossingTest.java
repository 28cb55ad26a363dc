package io.sallyport.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.sallyport.audit.AuditRecord.Ending;
import io.sallyport.bundle.PathRewrite;
import io.sallyport.bundle.Route;
import io.sallyport.policy.Reason;
import io.sallyport.upstream.RetryAnswer;
import io.sallyport.upstream.UpstreamFailure.Kind;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The way to a backend and back: streaming, failing, trying again.
final class CrossingTest {
  private final EdgeFixture it = new EdgeFixture();

  @Test
  void theBackendGetsTheCanonicalTarget() {
    it.rawQuery = "a=1&b=2";
    it.arrives();

    assertThat(it.backends.only().requestLine).isEqualTo("GET /orders?a=1&b=2");
    assertThat(it.backends.only().requestEnded).isTrue();
  }

  @Test
  void aRewriteChangesThePathAndKeepsTheQuery() {
    it.rawQuery = "a=1";
    it.rewrite = new PathRewrite(List.of("/v2/", "**"));
    it.variables = Map.of("**", "x/y");
    it.arrives();

    assertThat(it.backends.only().requestLine).isEqualTo("GET /v2/x/y?a=1");
  }

  @Test
  void aBodyIsNotReadBeforeAConnectionStands() {
    it.client.method = "POST";
    it.client.body = true;
    it.backends.connected = false;
    it.arrives();
    assertThat(it.client.did).isEmpty();

    it.backends.only().connects();

    assertThat(it.client.did).containsExactly("readBody");
    assertThat(it.client.maxBody).isEqualTo(1000);
  }

  @Test
  void aBodyThatABackendTakesIsConsumedAtOnce() {
    it.client.method = "POST";
    it.client.body = true;
    it.arrives();

    it.client.sends("hello ", false);
    it.client.sends("world", true);

    assertThat(it.backends.only().body).hasToString("hello world");
    assertThat(it.backends.only().requestEnded).isTrue();
    assertThat(it.client.consumed).isEqualTo(11);
  }

  @Test
  void aBodyThatABackendDoesNotTakeIsOwed() {
    it.client.method = "POST";
    it.client.body = true;
    it.arrives();
    it.backends.only().writable = false;

    it.client.sends("hello", false);
    assertThat(it.client.consumed).isZero();
    it.backends.only().connects();

    assertThat(it.client.consumed).isEqualTo(5);
  }

  @Test
  void anAnswerThatTheClientDoesNotTakeIsOwed() {
    it.arrives();
    it.client.writable = false;
    it.backends.only().answers(200, false);
    it.backends.only().sends("hello", false);
    assertThat(it.backends.only().consumed).isZero();

    it.client.takesMore();

    assertThat(it.backends.only().consumed).isEqualTo(5);
  }

  @Test
  void trailersPassBothWays() {
    it.client.method = "POST";
    it.client.body = true;
    it.arrives();
    it.client.sends("x", false);
    it.client.sendsTrailers(
        new DefaultHttpHeaders().add("checksum", "1").add("sallyport-identity", "forged"));
    it.backends.only().answers(200, false);
    it.backends.only().sendsTrailers(new DefaultHttpHeaders().add("grpc-status", "0"));

    assertThat(it.backends.only().headers.get("checksum")).isEqualTo("1");
    assertThat(it.backends.only().headers.contains("sallyport-identity")).isFalse();
    assertThat(it.client.did).containsExactly("readBody", "head 200", "trailers [grpc-status]");
    assertThat(it.backends.only().cancelled).isFalse();
  }

  @Test
  void interimAnswersPass() {
    it.arrives();
    it.backends.only().hints(103);
    it.backends.only().answers(200, true);

    assertThat(it.client.did).containsExactly("informational 103", "head 200 end");
  }

  @Test
  void aBodyThatIsExpectedComesWhenTheBackendSaysSo() {
    it.client.method = "POST";
    it.client.body = true;
    it.client.with("expect", "100-continue");
    it.arrives();
    assertThat(it.backends.only().headers.get("expect")).isEqualTo("100-continue");
    assertThat(it.client.did).isEmpty();

    it.backends.only().hints(100);

    assertThat(it.client.did).containsExactly("informational 100", "readBody");
  }

  @Test
  void aBodyThatTheBackendRefusesIsNeverRead() {
    it.client.method = "POST";
    it.client.body = true;
    it.client.with("expect", "100-continue");
    it.arrives();
    it.backends.only().answers(417, true);
    it.client.hasReadAll();
    it.client.timePasses(2_000);

    assertThat(it.client.did).containsExactly("head 417 end");
  }

  @Test
  void aBackendThatNeverSaysContinueGetsTheBodyNevertheless() {
    it.client.method = "POST";
    it.client.body = true;
    it.client.with("expect", "100-continue");
    it.arrives();
    it.client.timePasses(1_001);

    assertThat(it.client.did).containsExactly("readBody");
  }

  @Test
  void anEarlyAnswerEndsTheUpload() {
    it.client.method = "POST";
    it.client.body = true;
    it.arrives();
    it.client.sends("some", false);
    it.backends.only().answers(403, true);
    it.client.sends("more", false);

    assertThat(it.client.status).isEqualTo(403);
    assertThat(it.backends.only().cancelled).isTrue();
    assertThat(it.backends.only().body).hasToString("some");
    assertThat(it.client.consumed).isEqualTo(8);
  }

  @Test
  void aClientThatLeavesCancelsTheTry() {
    it.arrives();
    it.backends.only().answers(200, false);
    it.client.leaves();

    assertThat(it.backends.only().cancelled).isTrue();
    assertThat(it.audit.only().ending()).isEqualTo(Ending.CLIENT_ABORTED);
  }

  @Test
  void aBackendThatBreaksInMidAnswerIsNeverATruncatedSuccess() {
    it.arrives();
    it.backends.only().answers(200, false);
    it.backends.only().sends("hel", false);
    it.backends.only().fails(Kind.BROKEN, false);

    assertThat(it.client.did).containsExactly("head 200", "abort");
    assertThat(it.audit.only().ending()).isEqualTo(Ending.UPSTREAM_ABORTED);
    assertThat(it.audit.only().reason()).isEqualTo(Reason.UPSTREAM_BROKEN);
    assertThat(it.audit.only().bytesOut()).isEqualTo(3);
    assertThat(it.backends.tries).hasSize(1);
  }

  @Test
  void aBodyThatIsTooLargeIsRefusedWhileNothingIsAnswered() {
    it.client.method = "POST";
    it.client.body = true;
    it.arrives();
    it.client.sendsNonsense(Reason.BODY_TOO_LARGE);

    assertThat(it.client.status).isEqualTo(413);
    assertThat(it.backends.only().cancelled).isTrue();
  }

  @Test
  void aBodyThatIsTooLargeCutsOffAnAnswerThatHasBegun() {
    it.client.method = "POST";
    it.client.body = true;
    it.arrives();
    it.backends.only().answers(200, false);
    it.client.sendsNonsense(Reason.BODY_TOO_LARGE);

    assertThat(it.client.did).containsExactly("readBody", "head 200", "abort");
    assertThat(it.backends.only().cancelled).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "CONNECT, NO_ENDPOINT",
    "NO_CAPACITY, OVERLOADED",
    "RESET_BEFORE_RESPONSE, UPSTREAM_BROKEN",
    "BROKEN, UPSTREAM_BROKEN",
    "FIRST_BYTE_TIMEOUT, UPSTREAM_TIMEOUT",
    "IDLE_TIMEOUT, UPSTREAM_TIMEOUT",
  })
  void theLastFailureIsTheReason(Kind kind, Reason reason) {
    it.retry = new Route.Retry(Set.of(), 0, 20, true);
    it.arrives();
    it.backends.only().fails(kind, true);
    it.client.hasReadAll();

    assertThat(it.client.status).isEqualTo(reason.status());
    assertThat(it.audit.only().reason()).isEqualTo(reason);
    assertThat(it.audit.only().detail()).isEqualTo("10.0.1.1:8080: scripted");
  }

  @Test
  void withoutAnEndpointTheServiceIsUnavailable() {
    it.backends.endpoints = 0;
    it.arrives();
    it.client.hasReadAll();

    assertThat(it.client.status).isEqualTo(503);
    assertThat(it.audit.only().reason()).isEqualTo(Reason.NO_ENDPOINT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
  void anIdempotentRequestThatWasResetIsTriedElsewhere(String method) {
    it.client.method = method;
    it.arrives();
    it.backends.last().fails(Kind.RESET_BEFORE_RESPONSE, false);
    it.backends.last().answers(200, true);
    it.client.hasReadAll();

    assertThat(it.client.status).isEqualTo(200);
    assertThat(it.audit.only().retries()).isEqualTo(1);
    assertThat(it.audit.only().zone()).isEqualTo("b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PATCH", "LOCK"})
  void anyOtherRequestThatWasResetIsNotTriedAgain(String method) {
    it.client.method = method;
    it.arrives();
    it.backends.only().fails(Kind.RESET_BEFORE_RESPONSE, false);

    assertThat(it.client.status).isEqualTo(502);
  }

  @Test
  void aPostThatNeverLeftIsTriedElsewhereWithItsWholeBody() {
    it.client.method = "POST";
    it.client.body = true;
    it.backends.connected = false;
    it.arrives();
    it.backends.last().fails(Kind.CONNECT, true);
    it.backends.last().connects();
    it.client.sends("hello", true);
    it.backends.last().answers(201, true);

    assertThat(it.backends.tries).hasSize(2);
    assertThat(it.backends.last().body).hasToString("hello");
    assertThat(it.client.status).isEqualTo(201);
  }

  @Test
  void aRequestWhoseBodyWasTouchedIsNotTriedAgain() {
    it.client.method = "PUT";
    it.client.body = true;
    it.arrives();
    it.client.sends("hello", true);
    it.backends.only().fails(Kind.RESET_BEFORE_RESPONSE, false);

    assertThat(it.client.status).isEqualTo(502);
  }

  @Test
  void aRetryNeedsItsBudget() {
    it.backends.retries = RetryAnswer.BUDGET_SPENT;
    it.arrives();
    it.backends.only().fails(Kind.CONNECT, true);

    assertThat(it.client.status).isEqualTo(503);
  }

  @Test
  void extraTriesAreCounted() {
    it.retry = new Route.Retry(Set.of(Route.Retry.On.CONNECT_FAILURE), 1, 20, true);
    it.arrives();
    it.backends.last().fails(Kind.CONNECT, true);
    it.backends.last().fails(Kind.CONNECT, true);

    assertThat(it.backends.tries).hasSize(2);
    assertThat(it.client.status).isEqualTo(503);
  }

  @Test
  void aStatusThatTheRouteNamesIsTriedElsewhere() {
    it.retry = new Route.Retry(Set.of(Route.Retry.On.STATUS_503), 1, 20, true);
    it.arrives();
    it.backends.last().answers(503, false);
    it.backends.last().answers(200, true);

    assertThat(it.backends.tries).hasSize(2);
    assertThat(it.backends.tries.getFirst().cancelled).isTrue();
    assertThat(it.client.did).containsExactly("head 200 end");
  }

  @Test
  void aStatusThatCannotBeTriedElsewhereIsPassedOn() {
    it.retry = new Route.Retry(Set.of(Route.Retry.On.STATUS_503), 1, 20, true);
    it.backends.endpoints = 1;
    it.arrives();
    it.backends.only().answers(503, true);

    assertThat(it.client.did).containsExactly("head 503 end");
  }

  @Test
  void aTryThatWasReplacedIsNotHeardAnyMore() {
    it.arrives();
    ScriptedBackends.Backend first = it.backends.last();
    first.fails(Kind.RESET_BEFORE_RESPONSE, false);
    first.answers(500, false);
    first.sends("ghost", true);
    it.backends.last().answers(200, true);

    assertThat(it.client.did).containsExactly("head 200 end");
    assertThat(it.client.answer).isEmpty();
  }

  @Test
  void backendsThatThrowWhenChosenRefuse() {
    it.backends.chooseThrows = true;
    it.arrives();

    assertThat(it.client.status).isEqualTo(500);
  }

  @Test
  void backendsThatThrowWhenOpenedRefuse() {
    it.backends.openThrows = true;
    it.arrives();

    assertThat(it.client.status).isEqualTo(500);
  }

  @Test
  void aStreamThatThrowsIsCancelledAndRefuses() {
    it.backends.headThrows = true;
    it.arrives();
    it.client.hasReadAll();

    assertThat(it.client.status).isEqualTo(500);
    assertThat(it.backends.only().cancelled).isTrue();
    assertThat(it.audit.only().reason()).isEqualTo(Reason.INTERNAL);
  }

  @Test
  void backendsThatThrowWhenTriedAgainRefuse() {
    it.arrives();
    it.backends.chooseThrows = true;
    it.backends.only().fails(Kind.CONNECT, true);

    assertThat(it.client.status).isEqualTo(500);
  }
}
