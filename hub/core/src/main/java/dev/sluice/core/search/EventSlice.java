package dev.sluice.core.search;

import dev.sluice.core.event.Event;
import java.util.List;

/// The next events of a scan, in its order; perhaps none.
///
/// @param isLast whether the scan has come to its end
public record EventSlice(List<Event> events, boolean isLast) {}
