package dev.sluice.storage.record;

import dev.sluice.core.log.LogLimits;
import dev.sluice.core.record.RecordInput;
import dev.sluice.core.record.RecordOutput;
import java.time.Duration;

/// The record of the limits on which the outcomes of commands depend. They must be the same on all nodes of a
/// cluster, so the limits of the folder apply, not those of a node's configuration.
public final class LimitsRecord {
    private LimitsRecord() {}

    public static byte[] write(LogLimits limits) {
        return new RecordOutput(64)
                .number(limits.entriesMax())
                .number(limits.bytesMax())
                .number(limits.slackMax())
                .number(limits.channelsMax())
                .number(limits.marksMax())
                .number(limits.markAge().toMillis())
                .number(limits.keysMax())
                .number(limits.keyAge().toMillis())
                .number(limits.lookMax())
                .bytes();
    }

    /// @param local the source of the limits that a node sets for itself, those of memory and waits
    public static LogLimits read(byte[] record, LogLimits local) {
        RecordInput in = new RecordInput(record);
        return LogLimits.builder()
                .tailBytes(local.tailBytes())
                .waitersMax(local.waitersMax())
                .searchMax(local.searchMax())
                .entriesMax(in.number())
                .bytesMax(in.number())
                .slackMax((int) in.number())
                .channelsMax((int) in.number())
                .marks((int) in.number(), Duration.ofMillis(in.number()))
                .keysMax((int) in.number())
                .keyAge(Duration.ofMillis(in.number()))
                .lookMax((int) in.number())
                .build();
    }
}
