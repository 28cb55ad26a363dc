package io.sallyport.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.sallyport.admission.Considered;
import io.sallyport.admission.Refusal;
import io.sallyport.admission.Verdict;
import io.sallyport.async.Answer;
import io.sallyport.audit.AuditLog.Reservation;
import io.sallyport.audit.AuditRecord.Ending;
import io.sallyport.bundle.Route;
import io.sallyport.policy.Reason;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/// The story of an exchange up to its lane, and its record: every collaborator may say yes, say no,
/// throw, or say nothing.
final class PassageTest {
  private final EdgeFixture it = new EdgeFixture();

  @Test
  void anAdmittedExchangeIsAnsweredAndRecordedOnce() {
    it.arrives();
    it.backends.only().answers(200, false);
    it.backends.only().sends("hello", true);
    it.client.hasReadAll();
    it.client.leaves();

    assertThat(it.client.did).containsExactly("head 200", "end");
    assertThat(it.client.answer).hasToString("hello");
    var record = it.audit.only();
    assertThat(record.reason()).isNull();
    assertThat(record.status()).isEqualTo(200);
    assertThat(record.bytesOut()).isEqualTo(5);
    assertThat(record.ending()).isEqualTo(Ending.COMPLETE);
    assertThat(record.zone()).isEqualTo("a");
    assertThat(record.endpoint()).isEqualTo("10.0.1.1:8080");
    assertThat(record.retries()).isZero();
    assertThat(record.bundle()).isEqualTo("0123456789ab");
    assertThat(record.decisionId()).isEqualTo(it.client.answerHeaders.get("sallyport-decision"));
    assertThat(it.edge().inFlight()).isZero();
    assertThat(it.registry.get("sallyport.requests").functionCounter().count()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void everyReasonIsAnsweredWithItsStatusAndRecorded(Reason reason) {
    it.admission =
        (inbound, rules) ->
            new Answer.Ready<>(new Refusal(reason, "secret detail", Considered.NOTHING));

    it.arrives();
    it.client.hasReadAll();

    assertThat(it.client.status).isEqualTo(reason.status());
    assertThat(it.client.answer.toString())
        .contains("\"status\":" + reason.status(), it.audit.only().decisionId())
        .doesNotContain("secret");
    assertThat(it.audit.only().reason()).isEqualTo(reason);
    assertThat(it.audit.only().detail()).isEqualTo("secret detail");
    assertThat(it.backends.tries).isEmpty();
    assertThat(it.edge().inFlight()).isZero();
  }

  @Test
  void aHeadThatMustNotBeUnderstoodIsRefusedAndRecorded() {
    it.edge().refuse(it.client, Reason.MALFORMED_REQUEST, "two Host fields");
    it.client.hasReadAll();

    assertThat(it.client.status).isEqualTo(400);
    assertThat(it.audit.only().detail()).isEqualTo("two Host fields");
    assertThat(it.audit.only().target()).isEqualTo("/orders");
  }

  @Test
  void withoutRoomForARecordNothingIsLookedAt() {
    it.audit.answers = Reservation.REFUSED;
    it.admission =
        (inbound, rules) -> {
          throw new AssertionError("looked at");
        };

    it.arrives();
    it.client.hasReadAll();

    assertThat(it.client.status).isEqualTo(503);
    assertThat(it.audit.records).isEmpty();
    assertThat(it.edge().inFlight()).isZero();
  }

  @Test
  void aRecordThatIsToBeDroppedIsStillHandedOver() {
    it.audit.answers = Reservation.UNRECORDED;
    it.arrives();
    it.backends.only().answers(204, true);
    it.client.hasReadAll();

    assertThat(it.audit.only().status()).isEqualTo(204);
  }

  @Test
  void anAuditLogThatThrowsRefuses() {
    it.audit.reserveThrows = true;
    it.arrives();

    assertThat(it.client.status).isEqualTo(503);
    assertThat(it.backends.tries).isEmpty();
  }

  @Test
  void anAuditLogThatThrowsAtTheEndIsOnlyLogged() {
    it.audit.appendThrows = true;
    it.arrives();
    it.backends.only().answers(200, true);
    it.client.hasReadAll();

    assertThat(it.edge().inFlight()).isZero();
    assertThat(it.registry.get("sallyport.requests").functionCounter().count()).isEqualTo(1);
  }

  @Test
  void anAdmissionThatThrowsRefuses() {
    it.admission =
        (inbound, rules) -> {
          throw new IllegalStateException("broken");
        };
    it.arrives();

    assertThat(it.client.status).isEqualTo(500);
    assertThat(it.backends.tries).isEmpty();
  }

  @Test
  void rulesThatCannotBeReadRefuse() {
    it.rules =
        () -> {
          throw new IllegalStateException("broken");
        };
    it.arrives();

    assertThat(it.client.status).isEqualTo(500);
  }

  @Test
  void aVerdictThatComesLaterIsAnsweredOnTheLoop() {
    Sinks.One<Verdict> later = Sinks.one();
    it.admission = (inbound, rules) -> new Answer.Pending<>(later.asMono());
    it.arrives();
    assertThat(it.backends.tries).isEmpty();

    later.tryEmitValue(it.permit());
    it.client.loopTurns();
    it.backends.only().answers(200, true);

    assertThat(it.client.status).isEqualTo(200);
  }

  @Test
  void aPendingVerdictThatEndsEmptyRefuses() {
    it.admission = (inbound, rules) -> new Answer.Pending<>(Mono.empty());
    it.arrives();
    it.client.loopTurns();

    assertThat(it.client.status).isEqualTo(500);
  }

  @Test
  void aPendingVerdictThatBreaksRefuses() {
    it.admission =
        (inbound, rules) -> new Answer.Pending<>(Mono.error(new IllegalStateException("broken")));
    it.arrives();
    it.client.loopTurns();

    assertThat(it.client.status).isEqualTo(500);
  }

  @Test
  void aPendingVerdictThatNeverComesRefuses() {
    it.admission = (inbound, rules) -> new Answer.Pending<>(Mono.never());
    it.arrives();
    assertThat(it.client.did).isEmpty();

    it.client.timePasses(30_001);

    assertThat(it.client.status).isEqualTo(500);
  }

  @Test
  void aClientThatLeavesWhileItsVerdictIsPendingIsRecordedAndForgotten() {
    Sinks.One<Verdict> later = Sinks.one();
    it.admission = (inbound, rules) -> new Answer.Pending<>(later.asMono());
    it.arrives();

    it.client.leaves();
    later.tryEmitValue(it.permit());
    it.client.loopTurns();

    assertThat(it.audit.only().ending()).isEqualTo(Ending.CLIENT_ABORTED);
    assertThat(it.audit.only().status()).isZero();
    assertThat(it.backends.tries).isEmpty();
    assertThat(it.client.did).isEmpty();
    assertThat(it.edge().inFlight()).isZero();
  }

  @Test
  void aClientThatHasLeftAlreadyIsRecordedAndNotJudged() {
    it.client.alreadyGone = true;
    it.arrives();

    assertThat(it.audit.only().ending()).isEqualTo(Ending.CLIENT_ABORTED);
    assertThat(it.backends.tries).isEmpty();
  }

  @Test
  void oneMoreThanTheBoundIsRefused() {
    it.settings = new EdgeSettings("sallyport", "sallyport", 1, Duration.ofSeconds(1));
    it.arrives();
    ScriptedExchange second = new ScriptedExchange();

    it.edge().accept(second);
    second.hasReadAll();

    assertThat(second.status).isEqualTo(503);
    assertThat(second.answerHeaders.get("retry-after")).isEqualTo("1");
    assertThat(it.audit.only().reason()).isEqualTo(Reason.OVERLOADED);
    assertThat(it.edge().inFlight()).isEqualTo(1);
  }

  @Test
  void anExchangeThatCannotBeAnsweredIsAbortedAndRecorded() {
    it.client.throwsOnHead = true;
    it.admission =
        (inbound, rules) ->
            new Answer.Ready<>(new Refusal(Reason.NO_ROUTE, "", Considered.NOTHING));
    it.arrives();

    assertThat(it.client.did).containsExactly("abort");
    assertThat(it.audit.only().ending()).isEqualTo(Ending.CUT_OFF);
    assertThat(it.edge().inFlight()).isZero();
  }

  @Test
  void aFixedAnswerNeedsNoBackend() {
    it.respond = new Route.Respond(200, "text/plain", "ok");
    it.arrives();
    it.client.hasReadAll();

    assertThat(it.client.did).containsExactly("head 200", "end");
    assertThat(it.client.answer).hasToString("ok");
    assertThat(it.client.answerHeaders.get("content-length")).isEqualTo("2");
    assertThat(it.client.answerHeaders.contains("sallyport-decision")).isTrue();
    assertThat(it.audit.only().zone()).isEmpty();
  }

  @Test
  void aFixedAnswerToHeadHasItsLengthAndNoBody() {
    it.client.method = "HEAD";
    it.respond = new Route.Respond(200, "text/plain", "ok");
    it.arrives();

    assertThat(it.client.did).containsExactly("head 200 end");
    assertThat(it.client.answerHeaders.get("content-length")).isEqualTo("2");
  }

  @Test
  void aRefusalOfHeadHasNoBody() {
    it.client.method = "HEAD";
    it.admission =
        (inbound, rules) ->
            new Answer.Ready<>(new Refusal(Reason.NO_CREDENTIAL, "", Considered.NOTHING));
    it.arrives();

    assertThat(it.client.did).containsExactly("head 401 end");
  }

  @Test
  void aTotalTimeOutBeforeTheAnswerRefuses() {
    it.timeouts = EdgeFixture.total(Duration.ofSeconds(3));
    it.arrives();
    it.client.timePasses(3_001);

    assertThat(it.client.status).isEqualTo(504);
    assertThat(it.backends.only().cancelled).isTrue();
  }

  @Test
  void aTotalTimeOutInMidAnswerCutsOff() {
    it.timeouts = EdgeFixture.total(Duration.ofSeconds(3));
    it.arrives();
    it.backends.only().answers(200, false);
    it.client.timePasses(3_001);

    assertThat(it.client.did).containsExactly("head 200", "abort");
    assertThat(it.backends.only().cancelled).isTrue();
    assertThat(it.audit.only().ending()).isEqualTo(Ending.CUT_OFF);
    assertThat(it.audit.only().status()).isEqualTo(200);
  }

  @Test
  void anAnswerAfterTheEndIsDropped() {
    it.arrives();
    it.client.leaves();
    it.backends.only().answers(200, false);
    it.backends.only().sends("late", true);
    it.backends.only().sendsTrailers(new DefaultHttpHeaders());

    assertThat(it.client.did).isEmpty();
    assertThat(it.backends.only().cancelled).isTrue();
    assertThat(it.audit.only().ending()).isEqualTo(Ending.CLIENT_ABORTED);
  }
}
