package io.sallyport.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.audit.AuditLog.Reservation;
import io.sallyport.audit.FileAuditLog.WhenFull;
import io.sallyport.identity.Caller;
import io.sallyport.policy.Decision;
import io.sallyport.policy.Reason;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class FileAuditLogTest {
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir Path folder;

  @Test
  void everyRecordIsOneNumberedLineInTheOrderItWasHandedOver() throws Exception {
    Path file = folder.resolve("audit.jsonl");
    try (FileAuditLog log = new FileAuditLog(file, 10_000, WhenFull.REFUSE)) {
      for (int i = 0; i < 5_000; i++) {
        log.append(log.reserve(), record("/orders/" + i));
      }
    }

    List<JsonNode> lines = lines(file);
    assertThat(lines).hasSize(5_000);
    for (int i = 0; i < 5_000; i++) {
      assertThat(lines.get(i).get("seq").asLong()).isEqualTo(i + 1);
      assertThat(lines.get(i).get("target").asString()).isEqualTo("/orders/" + i);
    }
  }

  @Test
  void theLineSaysWhatTheFormatPromises() throws Exception {
    Path file = folder.resolve("audit.jsonl");
    Map<String, Object> claims = Map.of("tenant", "t1");
    Caller alice =
        new Caller.Identified(
            "corporate",
            "jwt",
            "alice",
            "shop",
            "https://id.example.com",
            null,
            null,
            List.of(),
            List.of("orders:read"),
            List.of(),
            List.of(),
            false,
            claims);
    Map<String, Object> inputs = new LinkedHashMap<>();
    inputs.put("caller.scopes", List.of("orders:read"));
    inputs.put("request.query.tenant", null);
    try (FileAuditLog log = new FileAuditLog(file, 10, WhenFull.REFUSE)) {
      log.append(
          log.reserve(),
          new AuditRecord(
              1_700_000_000_123L,
              "d-1",
              "0123456789ab",
              null,
              "own-tenant",
              Reason.NO_RULE_ALLOWED,
              "",
              alice,
              InetAddress.getByName("192.0.2.7"),
              "HTTP/2",
              "GET",
              false,
              "api.example.com",
              "/orders?tenant=t2",
              inputs,
              Map.of("next", new Decision.Denied(Reason.DENIED_BY_RULE, "frozen", "")),
              Map.of("own-tenant", "false"),
              403,
              0,
              180,
              "",
              "",
              0,
              AuditRecord.Ending.COMPLETE,
              12,
              0,
              40,
              "",
              "4bf92f3577b34da6a3ce929d0e0e4736"));
    }

    assertThat(Files.readString(file))
        .isEqualTo(
            """
            {"v":1,"seq":1,"time":"2023-11-14T22:13:20.123Z","kind":"request","decision":"d-1",\
            "bundle":"0123456789ab","route":"","policy":"","rule":"own-tenant","outcome":"refused",\
            "reason":"no-rule-allowed","detail":"","caller":{"kind":"jwt","identity":"corporate",\
            "issuer":"https://id.example.com","subject":"alice","client":"shop"},"source":"192.0.2.7",\
            "protocol":"HTTP/2","method":"GET","host":"api.example.com","target":"/orders?tenant=t2",\
            "inputs":{"caller.scopes":["orders:read"],"request.query.tenant":null},\
            "shadows":{"next":{"outcome":"refused","rule":"frozen","reason":"denied-by-rule"}},\
            "rules":{"own-tenant":"false"},"status":403,\
            "bytesIn":0,"bytesOut":180,"zone":"","endpoint":"","retries":0,"ending":"complete",\
            "admissionMicros":12,"upstreamMicros":0,"totalMicros":40,"degraded":"",\
            "trace":"4bf92f3577b34da6a3ce929d0e0e4736"}
            """);
  }

  @Test
  void noTextOfACallerCanBreakALine() throws Exception {
    Path file = folder.resolve("audit.jsonl");
    String hostile = "/a\n{\"v\":1,\"seq\":99}\r\u2028\ud800\u0000\u001b[31m\"\\";
    try (FileAuditLog log = new FileAuditLog(file, 10, WhenFull.REFUSE)) {
      log.append(log.reserve(), record(hostile));
    }

    assertThat(Files.readAllLines(file)).hasSize(1);
    assertThat(Files.readAllBytes(file)).doesNotContain((byte) 0x1b).doesNotContain((byte) '\r');
    assertThat(lines(file).getFirst().get("target").asString()).isEqualTo(hostile);
  }

  @Test
  void credentialsThatPeoplePutInQueriesAreNotWritten() throws Exception {
    Path file = folder.resolve("audit.jsonl");
    try (FileAuditLog log = new FileAuditLog(file, 10, WhenFull.REFUSE)) {
      log.append(log.reserve(), record("/a?x=1&access_token=s3cret&y=2&API_KEY=k3y"));
    }

    assertThat(lines(file).getFirst().get("target").asString())
        .isEqualTo("/a?x=1&access_token=***&y=2&API_KEY=***");
  }

  @Test
  void whenThereIsNoRoomTheSettingSaysWhatHappens() {
    try (FileAuditLog refusing = new FileAuditLog(folder.resolve("r.jsonl"), 2, WhenFull.REFUSE);
        FileAuditLog dropping = new FileAuditLog(folder.resolve("d.jsonl"), 2, WhenFull.DROP)) {
      // Room that is reserved and not yet written stays taken.
      refusing.reserve();
      refusing.reserve();
      dropping.reserve();
      dropping.reserve();

      assertThat(refusing.reserve()).isEqualTo(Reservation.REFUSED);
      assertThat(dropping.reserve()).isEqualTo(Reservation.UNRECORDED);

      dropping.append(Reservation.UNRECORDED, record("/"));
      assertThat(dropping.unrecorded()).isEqualTo(1);
    }
  }

  @Test
  void roomComesBackWhenTheLineIsWritten() {
    try (FileAuditLog log = new FileAuditLog(folder.resolve("a.jsonl"), 1, WhenFull.REFUSE)) {
      for (int i = 0; i < 20; i++) {
        await(() -> log.inFlight() == 0);
        Reservation reservation = log.reserve();
        assertThat(reservation).isEqualTo(Reservation.RESERVED);
        log.append(reservation, record("/"));
      }
    }
  }

  @Test
  void aDiskThatFailsRefusesAndLosesNothingWhenItIsBack() throws Exception {
    // The kernel's own device for a full disk: every write answers ENOSPC.
    Path link = folder.resolve("audit.jsonl");
    Files.createSymbolicLink(link, Path.of("/dev/full"));
    try (FileAuditLog log = new FileAuditLog(link, 100, WhenFull.REFUSE)) {
      log.append(log.reserve(), record("/while-full"));
      await(() -> !log.healthy());
      assertThat(log.reserve()).isEqualTo(Reservation.REFUSED);

      Path real = folder.resolve("real.jsonl");
      Files.delete(link);
      Files.createFile(real);
      Files.createSymbolicLink(link, real);

      await(log::healthy);
      log.append(log.reserve(), record("/after"));
      await(() -> log.inFlight() == 0);
      assertThat(lines(real))
          .extracting(l -> l.get("target").asString())
          .containsExactly("/while-full", "/after");
    }
  }

  @Test
  void numberingGoesOnWhereTheFileEndedAndATornLineIsEnded() throws Exception {
    Path file = folder.resolve("audit.jsonl");
    try (FileAuditLog log = new FileAuditLog(file, 10, WhenFull.REFUSE)) {
      log.append(log.reserve(), record("/1"));
      log.append(log.reserve(), record("/2"));
    }
    Files.writeString(file, "{\"v\":1,\"seq\":3,\"ti", StandardOpenOption.APPEND);

    try (FileAuditLog log = new FileAuditLog(file, 10, WhenFull.REFUSE)) {
      log.append(log.reserve(), record("/4"));
    }

    List<String> lines = Files.readAllLines(file);
    assertThat(lines).hasSize(4);
    assertThat(JSON.readTree(lines.get(3)).get("seq").asLong()).isEqualTo(4);
  }

  @Test
  void aFileThatWasMovedAwayIsFollowedByANewOne() throws Exception {
    Path file = folder.resolve("audit.jsonl");
    try (FileAuditLog log = new FileAuditLog(file, 10, WhenFull.REFUSE)) {
      log.append(log.reserve(), record("/before"));
      await(() -> log.inFlight() == 0);
      Files.move(file, folder.resolve("audit.jsonl.1"));
      await(() -> Files.exists(file));
      log.append(log.reserve(), record("/after"));
    }

    assertThat(lines(folder.resolve("audit.jsonl.1"))).hasSize(1);
    assertThat(lines(file).getFirst().get("seq").asLong()).isEqualTo(2);
  }

  @Test
  void aPasswordInAnAuthorityIsNotWritten() throws Exception {
    Path file = folder.resolve("audit.jsonl");
    try (FileAuditLog log = new FileAuditLog(file, 10, WhenFull.REFUSE)) {
      log.append(log.reserve(), record("https://alice:secret@example.com/a?b=c@d"));
      log.append(log.reserve(), record("/users/alice@example.com"));
    }

    assertThat(lines(file))
        .extracting(line -> line.get("target").asString())
        .containsExactly("https://***@example.com/a?b=c@d", "/users/alice@example.com");
  }

  @Test
  void aMovedFileThatCannotBeFollowedIsFollowedLaterThoughNobodyWaits() throws Exception {
    Path file = folder.resolve("audit.jsonl");
    try (FileAuditLog log = new FileAuditLog(file, 10, WhenFull.REFUSE)) {
      Files.move(file, folder.resolve("audit.jsonl.1"));
      Path inTheWay = Files.createDirectory(file);
      await(() -> !log.healthy());
      assertThat(log.reserve()).isEqualTo(Reservation.REFUSED);
      assertThat(log.unrecorded()).isEqualTo(1);

      Files.delete(inTheWay);

      await(log::healthy);
      assertThat(log.reserve()).isEqualTo(Reservation.RESERVED);
    }
  }

  @Test
  void eventsOfTheGatewayItselfAreNumberedWithTheRequests() throws Exception {
    Path file = folder.resolve("audit.jsonl");
    try (FileAuditLog log = new FileAuditLog(file, 10, WhenFull.REFUSE)) {
      log.event("bundle-loaded", Map.of("bundle", "0123456789ab"));
      log.append(log.reserve(), record("/"));
    }

    assertThat(lines(file))
        .extracting(line -> line.get("kind").asString())
        .containsExactly("bundle-loaded", "request");
    assertThat(lines(file)).extracting(line -> line.get("seq").asLong()).containsExactly(1L, 2L);
  }

  @Test
  void onlyOwnerAndGroupMayReadIt() throws Exception {
    Path file = folder.resolve("new/folder/audit.jsonl");
    new FileAuditLog(file, 10, WhenFull.REFUSE).close();

    assertThat(Files.getPosixFilePermissions(file))
        .containsExactlyInAnyOrder(
            PosixFilePermission.OWNER_READ,
            PosixFilePermission.OWNER_WRITE,
            PosixFilePermission.GROUP_READ);
  }

  @Test
  void aFileThatCannotBeOpenedIsSaidAtOnce() throws Exception {
    Path notAFolder = Files.createFile(folder.resolve("file"));

    assertThatThrownBy(
            () -> new FileAuditLog(notAFolder.resolve("audit.jsonl"), 10, WhenFull.REFUSE))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("audit.file");
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited too long").isLessThan(end);
      Thread.onSpinWait();
    }
  }

  private static List<JsonNode> lines(Path file) throws Exception {
    List<JsonNode> nodes = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      nodes.add(JSON.readTree(line));
    }
    return nodes;
  }

  private static AuditRecord record(String target) {
    return new AuditRecord(
        0,
        "d",
        "b",
        null,
        "",
        null,
        "",
        null,
        InetAddress.getLoopbackAddress(),
        "HTTP/1.1",
        "GET",
        false,
        "h",
        target,
        Map.of(),
        Map.of(),
        Map.of(),
        200,
        0,
        0,
        "",
        "",
        0,
        AuditRecord.Ending.COMPLETE,
        1,
        1,
        1,
        "",
        "");
  }
}
