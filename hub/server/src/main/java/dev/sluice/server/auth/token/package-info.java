/// Signed tokens: claims, signatures, JSON Web Key Sets, revocation.
///
/// [TokenClaims] and [SluiceClaim] hold the claims of a token, [TokenVerifier] decides whether it is valid, and
/// [TokenRevocations] ends tokens before they expire.
@NullMarked
package dev.sluice.server.auth.token;

import org.jspecify.annotations.NullMarked;
