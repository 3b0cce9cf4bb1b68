package dev.sluice.storage.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.event.End;
import dev.sluice.core.index.DiskRange;
import dev.sluice.core.index.RetainedRange;
import dev.sluice.core.index.TrimMark;
import dev.sluice.core.record.RecordOutput;
import org.junit.jupiter.api.Test;

class ChannelRecordTest {
    @Test
    void preservesAHeldChannelEnd() {
        ChannelName name = new ChannelName("a");
        End end = new End(new Cursor(new Epoch("e"), 40), name, 1_000);
        RetainedRange held = new RetainedRange(50, 0, 0).counting(end, 1);
        ChannelRecord record =
                new ChannelRecord(name, DiskRange.of(end), held, 0, 0, new TrimMark(50, 51, false), 0, 0);
        assertThat(ChannelRecord.read(record.write(new RecordOutput(16)).bytes()))
                .isEqualTo(record);
    }
}
