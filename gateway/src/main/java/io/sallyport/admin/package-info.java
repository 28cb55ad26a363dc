/// The management port: health, metrics, the public key set, what is in force.
///
/// It lives by the law of the public port: TLS, and nothing without a credential but what a
/// scheduler and a verifier must see (`/live`, `/ready`, the public keys). Tour: [ManagementToken]
/// (the credential, made), `ManagementGate` (the credential, asked), `ManagementPages` (what is
/// behind it).
@NullMarked
package io.sallyport.admin;

import org.jspecify.annotations.NullMarked;
