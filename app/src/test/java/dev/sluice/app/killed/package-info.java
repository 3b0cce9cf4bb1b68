/// A hub that is killed again and again under publishers and readers. Everything begins in
/// [dev.sluice.app.killed.HubKillTest].
@NullMarked
package dev.sluice.app.killed;

import org.jspecify.annotations.NullMarked;
