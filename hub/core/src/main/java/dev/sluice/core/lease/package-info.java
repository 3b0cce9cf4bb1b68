/// Leases of channels: the author of a channel renews its lease, and if it does not, the hub ends the channel with
/// a last will. Read [dev.sluice.core.lease.Leases] first; what the log keeps of them is in
/// [dev.sluice.core.lease.LeaseRecord].
@NullMarked
package dev.sluice.core.lease;

import org.jspecify.annotations.NullMarked;
