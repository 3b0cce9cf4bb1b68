/// How much one client may ask for: rates for each address and each caller, and what is refused while the hub is
/// overloaded. Read [dev.sluice.server.limit.TokenBucket] first;
/// `docs/decisions/0035-limits-for-each-client.md` has the reasons.
@NullMarked
package dev.sluice.server.limit;

import org.jspecify.annotations.NullMarked;
