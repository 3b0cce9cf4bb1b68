package dev.sluice.embed.file;

import dev.sluice.server.http.ByteBufferSource;
import dev.sluice.server.http.ResponseSource;
import dev.sluice.server.http.head.ProblemException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/// The bytes of a file that is being sent to a client. They are counted until they are sent, so that clients that
/// request large files and do not read them cannot exhaust the memory.
final class FileBytes {
    private FileBytes() {}

    /// Reads a file into memory outside the heap.
    ///
    /// @throws ProblemException `503` if the limit would be exceeded
    static ResponseSource read(Path file, int size, FileMemory memory) throws IOException {
        memory.take(size);
        Arena arena = Arena.ofShared();
        Runnable release = () -> {
            arena.close();
            memory.giveBack(size);
        };
        boolean isRead = false;
        try (SeekableByteChannel in = Files.newByteChannel(file)) {
            ByteBuffer bytes = arena.allocate(size).asByteBuffer();
            while (bytes.hasRemaining() && in.read(bytes) >= 0) {}
            bytes.flip(); // The file may have become shorter.
            isRead = true;
            return new ByteBufferSource(bytes, _ -> {}, release);
        } finally {
            if (!isRead) release.run();
        }
    }

    /// Counts bytes that several answers share.
    ///
    /// @throws ProblemException `503` if the limit would be exceeded
    static ResponseSource of(byte[] shared, FileMemory memory) {
        memory.take(shared.length);
        return new ByteBufferSource(ByteBuffer.wrap(shared), _ -> {}, () -> memory.giveBack(shared.length));
    }
}
