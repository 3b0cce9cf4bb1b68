/// What is published and what the log makes of it: a [dev.sluice.core.event.Draft] goes in, an
/// [dev.sluice.core.event.Entry] comes out, with its place and time. Read [Entry] first.
@NullMarked
package dev.sluice.core.event;

import org.jspecify.annotations.NullMarked;
