/// Decides, command by command, how the log changes: outcomes of publishes, trims, deletions, and the position
/// of each. Its only inputs are the commands with their times, the rules and limits, and the index; it reads no
/// clock. So the same commands give the same ids and the same state on every log, however they are grouped into
/// writes.
///
/// Read [Sequencer] first.
///
/// [TrimPolicy], [KeyRetention] and [ExpiryPolicy] select what a trim drops. [RuleChange] and [LossSearch]
/// change retention rules while the log is open.
@NullMarked
package dev.sluice.core.sequencer;

import org.jspecify.annotations.NullMarked;
