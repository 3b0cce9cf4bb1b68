/// A hub that is killed again and again under publishers and readers, in [dev.sluice.app.killed.HubKillTest], and one
/// whose disk is full for a while, in [dev.sluice.app.killed.FullDiskTest].
@NullMarked
package dev.sluice.app.killed;

import org.jspecify.annotations.NullMarked;
