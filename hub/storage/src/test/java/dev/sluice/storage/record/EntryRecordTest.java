package dev.sluice.storage.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.ContentKind;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.event.EventFields;
import dev.sluice.core.event.TraceParent;
import dev.sluice.core.record.RecordInput;
import dev.sluice.core.record.RecordOutput;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class EntryRecordTest {
    private static final ChannelName CHANNEL = new ChannelName("a");
    private static final Cursor ID = new Cursor(new Epoch("e"), 7);
    private static final int FURTHER = 3 << 5;

    /// Folders of earlier versions have these bytes.
    @Test
    void keepsItsBytes() {
        EventFields envelope = EventFields.ofKey("k").with("from", "bob").in(new TraceParent(1, 2, 3, (byte) 4));
        Content data = new Content(ContentKind.BINARY, "x/y", new byte[] {9});
        RecordOutput out = new RecordOutput(64);
        EntryRecord.write(Event.of(ID, 5, new Draft(CHANNEL, "t", envelope, data, true, false)), out);
        assertThat(HexFormat.of().formatHex(out.bytes()))
                .isEqualTo("da" + "0000000000000005" + "0174" + "016b" + "03626f62" + "0000000000000001"
                        + "0000000000000002" + "0000000000000003" + "04" + "03782f79" + "09");
    }

    @Test
    void refusesAFieldOfALaterVersion() {
        assertThat(((Event) read(2)).contentKind()).as("binary").isEqualTo(ContentKind.BINARY);
        assertThatThrownBy(() -> read(2 | 1 << 2)).isInstanceOf(RecordInput.BrokenRecordException.class);
        assertThatThrownBy(() -> read(3)).isInstanceOf(RecordInput.BrokenRecordException.class);
    }

    private static Entry read(int further) {
        RecordOutput out = new RecordOutput(64).octet(FURTHER).octet(further).fixed(5);
        return EntryRecord.read(ID, CHANNEL, out.text("t").text("x/y").bytes());
    }
}
