/// Certificates for development: a certificate authority of your own and what it issues.
///
/// Everything here is made at run time by the JDK alone; no key is ever committed. Production
/// certificates come from elsewhere (`certs/README.md`).
///
/// The tour:
/// 1. [DevelopmentCa] makes, keeps and loads the authority and issues server certificates. It can
///    only speak for names that nobody can own, and for those it was made for.
/// 2. [ServerCertificate] is what it issues: a chain and its key, as files or as a context.
/// 3. [HostName] is one name or address that a certificate is for.
/// 4. [Pem] reads and writes the files; keys are readable by their owner only.
/// 5. `Certificates` lays out a certificate as RFC 5280 says, `Der` writes its bytes.
/// 6. [CertificateProblem] is the one error: a sentence for a person.
///
/// What may not enter: Netty, Spring, and any trust decision of the gateway.
@NullMarked
package io.sallyport.pki;

import org.jspecify.annotations.NullMarked;
