/// How much one client may ask for: rates for each address and each caller, and what is refused while the hub is
/// overloaded. Read [dev.sluice.server.limit.TokenBucket] first;
/// `docs/decisions/0026-how-clients-are-limited.md` has the reasons.
///
/// A further rate is a [RateLimit] in [LimitSettings], beside [PublishLimits]; its setting is in the library's
/// `LimitsTable`. [CallerShares] bounds what one caller holds of a sum, and [ChannelShares] how many channels
/// it creates.
@NullMarked
package dev.sluice.server.limit;

import org.jspecify.annotations.NullMarked;
