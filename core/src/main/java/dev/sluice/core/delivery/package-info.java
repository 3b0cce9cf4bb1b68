/// Delivery of the log to sockets: readers, their cursors, and the order of their turns. A
/// [dev.sluice.core.delivery.Hub] is a log and its event loops; each loop's [dev.sluice.core.delivery.Dispatcher]
/// gives turns to the readers of channels that grew; a [dev.sluice.core.delivery.Subscriber] reads from its
/// cursor and writes while its socket accepts bytes. Independent of the network: a transport provides its
/// [dev.sluice.core.delivery.Wire] (the format) and its [dev.sluice.core.delivery.Sink] (the destination). Read
/// `Subscriber` first.
@NullMarked
package dev.sluice.core.delivery;

import org.jspecify.annotations.NullMarked;
