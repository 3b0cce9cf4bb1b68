/// A hub that is killed repeatedly under publishers and readers, in [dev.sluice.app.killed.HubKillTest], and one with
/// a temporarily full disk, in [dev.sluice.app.killed.FullDiskTest].
@NullMarked
package dev.sluice.app.killed;

import org.jspecify.annotations.NullMarked;
