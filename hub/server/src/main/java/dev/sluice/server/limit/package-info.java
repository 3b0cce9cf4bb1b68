/// Limits for one client: rates for each address and each caller, and refusals while the hub is overloaded. Read
/// [dev.sluice.server.limit.TokenBucket] first; `docs/decisions/0026-how-clients-are-limited.md` has the
/// reasons.
///
/// To add a rate, add a [RateLimit] to [LimitSettings], like that of [PublishLimits]; its setting is in the
/// library's `LimitsTable`. [CallerShares] limits the part of a common limit that one caller holds, and
/// [ChannelShares] the number of channels that it creates.
@NullMarked
package dev.sluice.server.limit;

import org.jspecify.annotations.NullMarked;
