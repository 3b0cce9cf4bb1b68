/// Authentication: finds the credential of a request, verifies it as a static key or a signed token (JWT, RFC
/// 7519), and derives the caller's [Grant][dev.sluice.core.access.Grant] from it by rules. Read
/// [AuthFilter][dev.sluice.server.auth.AuthFilter] first.
///
/// [BearerToken] finds the credential of a request, and [LoginRoutes] sets the cookie of a page. [GrantRules]
/// adapts earlier grants when rules change, and [RevocationRoutes] records revocations.
@NullMarked
package dev.sluice.server.auth;

import org.jspecify.annotations.NullMarked;
