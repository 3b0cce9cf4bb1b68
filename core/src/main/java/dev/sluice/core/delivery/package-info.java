/// From the log to the sockets: who reads what from where, and when it is their turn. A
/// [dev.sluice.core.delivery.Hub] is a log and its event loops; each loop's
/// [dev.sluice.core.delivery.Dispatcher] wakes the readers of channels that grew; a
/// [dev.sluice.core.delivery.Subscriber] reads from its cursor and writes while its socket takes more. Knows
/// no network: a transport brings its [dev.sluice.core.delivery.Wire] (how it spells things) and its
/// [dev.sluice.core.delivery.Sink] (where bytes go). Read `Subscriber` first.
@NullMarked
package dev.sluice.core.delivery;

import org.jspecify.annotations.NullMarked;
