/// The data that outlives the process: definitions created by people, incidents, and the outbox, in one
/// SQLite database. Start with [Database] and [Migrations].
@NullMarked
package dev.sluice.sense.store;

import org.jspecify.annotations.NullMarked;
