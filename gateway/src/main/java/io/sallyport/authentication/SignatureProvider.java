package io.sallyport.authentication;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.security.Provider;
import java.security.Security;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/// Who does the arithmetic of signatures: the Amazon Corretto Crypto Provider, several times as
/// fast as the JDK's own, where its native library loads; else the JDK. Handed to each verifier,
/// never installed for the whole process.
final class SignatureProvider {
  private static final @Nullable Provider CORRETTO = corretto();

  private SignatureProvider() {}

  /// Does what the first use would do.
  static void load() {
    // Loading this class was it.
  }

  /// For elliptic curves, Edwards curves among them.
  static Provider forCurves() {
    return CORRETTO == null ? jdk("SunEC") : CORRETTO;
  }

  static Provider forRsa() {
    return CORRETTO == null ? jdk("SunRsaSign") : CORRETTO;
  }

  private static Provider jdk(String name) {
    return Objects.requireNonNull(Security.getProvider(name), name);
  }

  private static @Nullable Provider corretto() {
    try {
      AmazonCorrettoCryptoProvider.INSTANCE.assertHealthy();
      return AmazonCorrettoCryptoProvider.INSTANCE;
    } catch (RuntimeException | LinkageError e) {
      LoggerFactory.getLogger(SignatureProvider.class)
          .warn(
              "The Corretto crypto provider does not load; signatures are checked by the JDK,"
                  + " which takes several times as long: {}",
              e.toString());
      return null;
    }
  }
}
