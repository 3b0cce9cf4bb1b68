package dev.sluice.core.search;

import dev.sluice.core.event.Event;
import java.util.List;

/// The next events of a scan, in its order; may be empty.
///
/// @param isLast whether the scan has ended
public record EventSlice(List<Event> events, boolean isLast) {}
