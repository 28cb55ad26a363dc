package io.sallyport.pki;

/// Why a certificate or key could not be made, read or written. The message is one line for a
/// person: it names the file or the value, and what to do where that is known.
public final class CertificateProblem extends RuntimeException {

  public CertificateProblem(String message) {
    super(message);
  }

  public CertificateProblem(String message, Throwable cause) {
    super(message, cause);
  }
}
