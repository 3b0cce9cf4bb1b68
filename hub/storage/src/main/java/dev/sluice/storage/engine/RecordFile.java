package dev.sluice.storage.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads a file of records as RocksDB frames them, its write-ahead log or its MANIFEST, and continues after
/// corrupt ones. RocksDB itself mistakes some corruption for the end of the file, as after a power failure,
/// and ignores the records after it.
///
/// Corrupt bytes are never searched for something that looks like a record: an event's data may contain such bytes.
public final class RecordFile {
    private final Consumer<byte[]> records;
    private final RecordBlock block = new RecordBlock();
    private long blockAt;
    private @Nullable ByteArrayOutputStream record;
    private long recordAt;
    private @Nullable Long brokenAt;
    private boolean isTorn;
    private boolean hasRecordAfterDamage;
    private boolean isLostAtEnd;

    private RecordFile(Consumer<byte[]> records) {
        this.records = records;
    }

    /// The state of a file.
    ///
    /// @param isBroken    whether it is damaged in a way that no crash leaves
    /// @param isLostAtEnd whether a record after the last readable one is lost, and no crash cut it short
    /// @param tornBytes   length of the record at the end that a crash cut short
    public record Reading(boolean isBroken, boolean isLostAtEnd, long tornBytes) {}

    /// Reads a file, with at most one block and one record of it in memory.
    ///
    /// @param records receives the readable records in order, including those repaired from one flipped bit
    static Reading read(Path path, Consumer<byte[]> records) throws IOException {
        try (InputStream bytes = Files.newInputStream(path)) {
            return read(bytes, records);
        }
    }

    public static Reading read(InputStream bytes, Consumer<byte[]> records) throws IOException {
        RecordFile file = new RecordFile(records);
        RecordBlock block = file.block;
        while ((block.length = bytes.readNBytes(block.bytes, 0, RecordBlock.SIZE)) > 0) {
            file.readBlock();
            file.blockAt += block.length;
        }
        return file.reading();
    }

    private Reading reading() {
        if (record != null) foundBroken(recordAt, true);
        Long at = brokenAt;
        if (at == null) return new Reading(false, false, 0);
        boolean isBroken = hasRecordAfterDamage || !isTorn;
        return new Reading(isBroken, isLostAtEnd, isBroken ? 0 : blockAt - at);
    }

    private void readBlock() {
        int at = 0;
        while (block.length - at >= RecordBlock.HEADER) {
            boolean isSound = block.isSound(at);
            if (!isSound) {
                boolean isTornHere = block.isTorn(at);
                isSound = block.repair(at);
                foundBroken(record == null ? blockAt + at : recordAt, isTornHere && !isSound);
            }
            if (isSound) {
                take(at);
                at = block.end(at);
            } else {
                record = null;
                int next = block.end(at);
                at = block.isSound(next) ? next : block.length;
            }
        }
        boolean isTornHeader = at < block.length && block.length < RecordBlock.SIZE;
        if (isTornHeader) foundBroken(record == null ? blockAt + at : recordAt, true);
    }

    private void foundBroken(long at, boolean isTornHere) {
        if (brokenAt == null) {
            brokenAt = at;
            isTorn = isTornHere;
        }
        isLostAtEnd = !isTornHere;
    }

    private void take(int at) {
        int type = block.type(at);
        if (type == 1 || type == 2) {
            record = new ByteArrayOutputStream();
            recordAt = blockAt + at;
        }
        if (record == null || type > 4) return;
        record.writeBytes(block.data(at));
        if (type != 1 && type != 4) return;
        hasRecordAfterDamage |= brokenAt != null;
        isLostAtEnd = false;
        records.accept(record.toByteArray());
        record = null;
    }
}
