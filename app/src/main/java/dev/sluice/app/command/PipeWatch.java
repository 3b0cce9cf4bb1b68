package dev.sluice.app.command;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// Waits for the reader of the standard output to go away. On a quiet channel `sluice sub … | head -1` would
/// else go on until the next event, as only a write shows that nobody reads; poll(2) tells it at once
/// (POLLERR, POSIX), and the JDK has nothing like it.
final class PipeWatch {
    private static final int STANDARD_OUTPUT = 1;
    private static final int FOR_EVER = -1;

    /// `struct pollfd`: 4 bytes descriptor, 2 bytes events, 2 bytes what happened. Errors are told unasked.
    private static final MemoryLayout POLLFD =
            MemoryLayout.structLayout(ValueLayout.JAVA_INT, ValueLayout.JAVA_SHORT, ValueLayout.JAVA_SHORT);

    private static final long HAPPENED_OFFSET = 6;

    private PipeWatch() {}

    /// Calls `gone`, on a thread of its own, when the reader of a pipe goes; never for a file, or where there is no
    /// poll.
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
            return poll(call, descriptor) > 0 && descriptor.get(ValueLayout.JAVA_SHORT, HAPPENED_OFFSET) != 0;
        }
    }

    private static int poll(MethodHandle call, MemorySegment descriptor) {
        try {
            return (int) call.invokeExact(descriptor, 1L, FOR_EVER);
        } catch (Throwable impossible) { // What a method handle declares; a function of C throws nothing.
            throw new IllegalStateException(impossible);
        }
    }
}
