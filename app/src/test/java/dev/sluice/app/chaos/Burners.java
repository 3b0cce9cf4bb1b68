package dev.sluice.app.chaos;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Programs that keep processors busy.
final class Burners implements AutoCloseable {
    private final List<Process> processes = new ArrayList<>();

    Burners(int count) throws IOException {
        for (int i = 0; i < count; i++) processes.add(new ProcessBuilder("sh", "-c", "while :; do :; done").start());
    }

    @Override
    public void close() {
        processes.forEach(Process::destroyForcibly);
    }
}
