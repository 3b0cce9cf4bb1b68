/// The data that outlive the program: definitions made by people, incidents, and the outbox, in one SQLite
/// database. Read [Database] and [Migrations] first.
@NullMarked
package dev.sluice.sense.store;

import org.jspecify.annotations.NullMarked;
