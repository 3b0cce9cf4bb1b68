/// Decides, command by command, what becomes of the log: outcomes of publishes, trims, deletions, and the position of
/// each. Its only inputs are the commands with their times, the rules and limits, and the index; it reads no clock. So
/// the same commands give the same ids and the same state on every log, however they are grouped into writes.
///
/// Read [Sequencer] first.
///
/// Trims follow from [TrimPolicy], [KeyRetention] and [ExpiryPolicy]. [RuleChange] and [LossSearch] change
/// retention rules while the log is open.
@NullMarked
package dev.sluice.core.sequencer;

import org.jspecify.annotations.NullMarked;
