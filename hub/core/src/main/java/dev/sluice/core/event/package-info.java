/// Events before and after they are appended: the log takes a [dev.sluice.core.event.Draft] and returns an
/// [dev.sluice.core.event.Entry] with its place and time. Read [Entry] first.
///
/// [EventFields] is the only place that describes the fields of an event.
@NullMarked
package dev.sluice.core.event;

import org.jspecify.annotations.NullMarked;
