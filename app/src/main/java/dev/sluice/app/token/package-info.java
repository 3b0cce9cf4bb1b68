/// Tokens on the command line: signing them and reading their content. The server's own verifier decides
/// whether a hub accepts one. Read [dev.sluice.app.token.TokenSigner] first.
@NullMarked
package dev.sluice.app.token;

import org.jspecify.annotations.NullMarked;
