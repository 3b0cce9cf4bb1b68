/// The contract that every log keeps, in memory, on disk or on other machines: one order, read from a cursor.
/// Nothing in here decides how a log is built; nothing above it may assume more than is written here. Read
/// [Log] first, then [Read] and [Appended].
@NullMarked
package dev.sluice.core.log;

import org.jspecify.annotations.NullMarked;
