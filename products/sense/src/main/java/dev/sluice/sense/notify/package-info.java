/// Notifiers, siblings behind [Notifier], and the outbox that makes sure each alert is delivered. Read [Alert] and
/// [Outbox] first.
@NullMarked
package dev.sluice.sense.notify;

import org.jspecify.annotations.NullMarked;
