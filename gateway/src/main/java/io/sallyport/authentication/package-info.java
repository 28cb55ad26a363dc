/// Credentials in, proof of identity out: who is this, and how do we know?
///
/// Tour: [Authenticator] (what admission asks) and [Authentication] (what it hears);
/// [BearerAuthenticator] (the story of one request's token: known, or verified now); [CompactJws]
/// and [StrictJson] (the one spelling that is read); [TokenRules] (what an identity asks of a
/// token) and [TokenCaller] (who it proves); [KeySource] with [FileKeys] and [FetchedKeys] (where
/// keys come from), [KeySet], [VerificationKey], [SignatureProvider]; [AttemptBudget] (how many
/// signatures are checked); [BearerTokens] (what of all that outlives a bundle). In the other
/// direction [BackendIdentity] and [IdentitySigner]: what backends are told.
///
/// The only room where Nimbus and the Corretto provider are seen. Nothing here waits on the calling
/// thread; a credential is never logged, nor part of a detail.
@NullMarked
package io.sallyport.authentication;

import org.jspecify.annotations.NullMarked;
