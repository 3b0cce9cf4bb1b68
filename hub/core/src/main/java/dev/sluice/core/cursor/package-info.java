/// Cursors: places in a log. Pure values, opaque to clients, compared but never calculated with. Read [Cursor] first.
@NullMarked
package dev.sluice.core.cursor;

import org.jspecify.annotations.NullMarked;
