package dev.sluice.app.cli;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// Detects that the reader of standard output has gone. Otherwise `sluice sub … | head -1` would run on a quiet
/// channel until the next event, because only a write fails; poll(2) reports it at once (POLLERR, POSIX), and the JDK
/// has nothing like it.
final class PipeWatch {
    private static final int STANDARD_OUTPUT = 1;
    private static final int FOR_EVER = -1;

    /// `struct pollfd`: descriptor 4 bytes, requested events 2, returned events 2. Errors are always returned.
    private static final MemoryLayout POLLFD =
            MemoryLayout.structLayout(ValueLayout.JAVA_INT, ValueLayout.JAVA_SHORT, ValueLayout.JAVA_SHORT);

    private static final long RETURNED_OFFSET = 6;

    private PipeWatch() {}

    /// Calls `gone` on a separate thread when the reader of a pipe goes away; never for a file, or without
    /// poll(2).
    static void begin(Runnable gone) {
        Thread.ofPlatform().daemon().name("sluice-pipe").start(() -> {
            if (awaitReaderGone()) gone.run();
        });
    }

    @SuppressWarnings("restricted") // The launcher allows native access; Netty needs it as well.
    private static boolean awaitReaderGone() {
        var linker = Linker.nativeLinker();
        var poll = linker.defaultLookup().find("poll");
        if (poll.isEmpty()) return false; // Windows.
        var call = linker.downcallHandle(
                poll.get(),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));
        try (var arena = Arena.ofConfined()) {
            var descriptor = arena.allocate(POLLFD);
            descriptor.set(ValueLayout.JAVA_INT, 0, STANDARD_OUTPUT);
            return poll(call, descriptor) > 0 && descriptor.get(ValueLayout.JAVA_SHORT, RETURNED_OFFSET) != 0;
        }
    }

    private static int poll(MethodHandle call, MemorySegment descriptor) {
        try {
            return (int) call.invokeExact(descriptor, 1L, FOR_EVER);
        } catch (Throwable impossible) { // Declared by method handles; a C function throws nothing.
            throw new IllegalStateException(impossible);
        }
    }
}
