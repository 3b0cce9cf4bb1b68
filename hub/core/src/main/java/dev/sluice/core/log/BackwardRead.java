package dev.sluice.core.log;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Entry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The result of reading backwards.
///
/// @param entries the entries, newest first; may be empty although there are earlier ones, if all that were
///                examined belong to other channels
/// @param next    the cursor from which to read further; null if there is nothing earlier
public record BackwardRead(List<Entry> entries, @Nullable Cursor next) {}
