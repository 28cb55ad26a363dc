package io.sallyport.authentication;

import io.sallyport.async.Answer;
import io.sallyport.policy.Vouching;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;

/// Finds out who sent a request. Belongs to one bundle: it knows the bundle's identities and no
/// others. Safe to share between threads.
public interface Authenticator extends AutoCloseable {

  /// Reads a request's credentials. Ready for a token that was verified before; pending only while
  /// keys are fetched. Whoever calls takes an exception, an error, an empty end and silence for a
  /// refusal.
  ///
  /// @param vouching whose word counts for this request
  /// @param presented what came with it
  Answer<Authentication> authenticate(Vouching vouching, Presented presented);

  /// This bundle is not in force any more: keys that no other bundle uses are not kept fresh. A
  /// request that still holds the bundle is answered as before. Idempotent.
  @Override
  void close();

  /// The part of a request that authentication may see.
  ///
  /// @param authorization every `Authorization` field
  /// @param source where it came from, after trusted proxies were believed
  /// @param memory of the connection it came on; used on the calling thread only
  /// @param time when its head had arrived
  /// @param probe whether the gateway asks itself: no key is fetched for it, and it takes from no
  ///   bound
  record Presented(
      List<String> authorization,
      InetAddress source,
      CredentialMemory memory,
      Instant time,
      boolean probe) {
    public Presented(
        List<String> authorization, InetAddress source, CredentialMemory memory, Instant time) {
      this(authorization, source, memory, time, false);
    }
  }
}
