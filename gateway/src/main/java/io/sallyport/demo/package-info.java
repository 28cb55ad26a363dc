/// Everything around a gateway that a person needs to see it work: backends, an issuer, a bundle,
/// certificates, and one command that starts and ends them all.
///
/// The tour:
/// 1. [DemoBackend] is a small real backend that says who it thinks is calling; a zone can be taken
///    down and up again. [IdentityVerifier] is how it knows.
/// 2. [DevelopmentIssuer] hands out access tokens for people of a [TokenRequest].
///
/// What may not enter: anything that a gateway in production runs. No other room imports this one
/// but `cli`; the gateway is started through its own settings, as any operator would.
@NullMarked
package io.sallyport.demo;

import org.jspecify.annotations.NullMarked;
