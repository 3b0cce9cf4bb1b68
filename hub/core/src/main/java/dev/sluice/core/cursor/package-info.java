/// Cursors: places in a log. Pure values, opaque to clients, which are compared but never used in calculations.
/// Read [Cursor] first.
@NullMarked
package dev.sluice.core.cursor;

import org.jspecify.annotations.NullMarked;
