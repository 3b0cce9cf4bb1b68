/// Signed tokens: claims, signatures, JSON Web Key Sets, revocation.
@NullMarked
package dev.sluice.server.auth.token;

import org.jspecify.annotations.NullMarked;
