/// Tokens on the command line: signing them, and reading what is in them. Whether a hub accepts one is decided by the
/// server's own verifier. Read [dev.sluice.app.token.TokenSigner] first.
@NullMarked
package dev.sluice.app.token;

import org.jspecify.annotations.NullMarked;
