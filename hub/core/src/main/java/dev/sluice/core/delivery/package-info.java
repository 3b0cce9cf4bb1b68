/// Delivery of the log to sockets: readers, their cursors, and the order of their turns. A [Hub] is a log and its
/// event loops; each loop's [Dispatcher] gives turns to the readers of channels that grew; a [Subscriber] reads
/// from its cursor and writes while its socket accepts bytes. Independent of the network: a transport provides
/// its [Wire][dev.sluice.core.delivery.stream.Wire] (the format) and its
/// [Sink][dev.sluice.core.delivery.stream.Sink] (the destination). Read [Subscriber] first.
///
/// [FanOut] finds the readers of changed channels. [IdleTimer] ends a stream when its grant expires, and
/// [Revocation] when its grant is revoked; a [Session] renews its grant.
@NullMarked
package dev.sluice.core.delivery;

import org.jspecify.annotations.NullMarked;
