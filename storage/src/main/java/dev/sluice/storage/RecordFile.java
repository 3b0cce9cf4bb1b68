package dev.sluice.storage;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A file of records as RocksDB frames them, its write-ahead log or its MANIFEST, read over what is broken in it.
/// RocksDB itself takes some of what is broken for the end, as it is after a loss of power, and so would pass over what
/// lies behind.
///
/// What is broken is never searched for something that looks like a record: an event may hold bytes that do.
final class RecordFile {
    private final Consumer<byte[]> records;
    private final RecordBlock block = new RecordBlock();
    private long blockAt;
    private @Nullable ByteArrayOutputStream parts;
    private long partsAt;
    private @Nullable Long brokenAt;
    private boolean isTorn;
    private boolean isCutInMidst;
    private boolean isLostAtEnd;

    private RecordFile(Consumer<byte[]> records) {
        this.records = records;
    }

    /// How a file stands.
    ///
    /// @param isBroken    in a way that no crash leaves
    /// @param isLostAtEnd whether a record is lost behind all that can be read, and no crash cut it short
    /// @param tornBytes   at its end, of a record that a crash cut short
    record Reading(boolean isBroken, boolean isLostAtEnd, long tornBytes) {}

    /// Reads a file, with no more than a block and a record of it in memory.
    ///
    /// @param records gets those that can be read, in their order; also what one bit had broken
    static Reading read(Path path, Consumer<byte[]> records) throws IOException {
        try (InputStream bytes = Files.newInputStream(path)) {
            return read(bytes, records);
        }
    }

    static Reading read(InputStream bytes, Consumer<byte[]> records) throws IOException {
        RecordFile file = new RecordFile(records);
        RecordBlock block = file.block;
        while ((block.length = bytes.readNBytes(block.bytes, 0, RecordBlock.SIZE)) > 0) {
            file.readBlock();
            file.blockAt += block.length;
        }
        return file.reading();
    }

    private Reading reading() {
        if (parts != null) foundBroken(partsAt, true);
        Long at = brokenAt;
        if (at == null) return new Reading(false, false, 0);
        boolean isBroken = isCutInMidst || !isTorn;
        return new Reading(isBroken, isLostAtEnd, isBroken ? 0 : blockAt - at);
    }

    private void readBlock() {
        int at = 0;
        while (block.length - at >= RecordBlock.HEADER) {
            boolean isSound = block.isSound(at);
            if (!isSound) {
                boolean isTornHere = block.isTorn(at);
                isSound = block.mend(at);
                foundBroken(parts == null ? blockAt + at : partsAt, isTornHere && !isSound);
            }
            if (isSound) {
                take(at);
                at = block.end(at);
            } else {
                parts = null;
                int next = block.end(at);
                at = block.isSound(next) ? next : block.length;
            }
        }
        boolean isTornHeader = at < block.length && block.length < RecordBlock.SIZE;
        if (isTornHeader) foundBroken(parts == null ? blockAt + at : partsAt, true);
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
            parts = new ByteArrayOutputStream();
            partsAt = blockAt + at;
        }
        if (parts == null || type > 4) return;
        parts.writeBytes(block.data(at));
        if (type != 1 && type != 4) return;
        isCutInMidst |= brokenAt != null;
        isLostAtEnd = false;
        records.accept(parts.toByteArray());
        parts = null;
    }
}
