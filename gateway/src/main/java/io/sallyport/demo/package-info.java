/// Everything around a gateway that a person needs to see it work: backends, an issuer, a bundle,
/// certificates, and one command that starts and ends them all.
///
/// The tour:
/// 1. [Demo] starts it all, from top to bottom, and ends it in reverse order; [DemoSettings] says
///    where; [GatewayProcess] is how it gets its gateway; `DemoWelcome` is what a person reads.
/// 2. `DemoNetwork` gives the backends their places, `DemoBundle` writes these into a copy of the
///    shipped bundle when they are not the standard ones.
/// 3. [DemoBackend] is a small real backend that says who it thinks is calling; [IdentityVerifier]
///    is how it knows. `DemoZones` takes a zone down and up.
/// 4. [DevelopmentIssuer] hands out access tokens for a [TokenRequest]; `Person` names alice and
///    bob.
/// 5. [RunningDemo] reaches the demo that runs, through `DemoControl`.
/// 6. [Rehearsal] plays a gateway's whole life once, in a process of its own (`ChildGateway`), for
///    its JVM to learn from.
///
/// What may not enter: anything that a gateway in production runs. No other room imports this one
/// but `cli`; the gateway is started through its own settings, as any operator would.
@NullMarked
package io.sallyport.demo;

import org.jspecify.annotations.NullMarked;
