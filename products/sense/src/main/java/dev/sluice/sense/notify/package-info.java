/// Notifiers, which are siblings behind [Notifier], and the outbox, which ensures that each alert is
/// delivered. Start with [Alert] and [Outbox].
@NullMarked
package dev.sluice.sense.notify;

import org.jspecify.annotations.NullMarked;
