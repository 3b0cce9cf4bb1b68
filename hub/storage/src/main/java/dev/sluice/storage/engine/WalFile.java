package dev.sluice.storage.engine;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/// A file of RocksDB's write-ahead log: a [RecordFile] of batches, named by its number.
///
/// ```
/// a batch: sequence 8 | count 4 | changes, in little endian
/// ```
public final class WalFile {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int BATCH_HEADER = 12;

    private WalFile() {}

    /// All files of a database, the oldest first.
    public static List<Path> all(Path database) throws IOException {
        return FolderTree.list(database, "[0-9]+\\.log");
    }

    static long number(Path file) {
        String name = file.getFileName().toString();
        return Long.parseLong(name.substring(0, name.indexOf('.')));
    }

    /// @param batches receives the readable batches in order
    public static RecordFile.Reading read(Path file, Consumer<byte[]> batches) throws IOException {
        return RecordFile.read(file, record -> {
            if (record.length >= BATCH_HEADER) batches.accept(record);
        });
    }

    /// The sequence number of a batch's first change; [#next] returns that of the following batch.
    public static long sequence(byte[] batch) {
        return (long) LONG.get(batch, 0);
    }

    public static long next(byte[] batch) {
        return sequence(batch) + (int) INT.get(batch, 8);
    }
}
